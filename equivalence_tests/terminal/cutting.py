"""A file of Python, cut into its parts.

The parts of a file are its docstring with its imports, its functions and its
classes; the parts of a function or class are its beginning and the functions
inside it.
"""

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from equivalence_tests.suite.naming import model_of

HEAD, PARAMETERS, BODY, REST = 'head', 'parameters', 'body', 'rest'
FEW = 3  # fewer statements are not cut from the beginning of their function
Definition = ast.FunctionDef | ast.ClassDef


class Part(NamedTuple):
  """Consecutive lines of a file.

  Attributes:
    kind: HEAD, a beginning; PARAMETERS, a function that makes parameters; BODY,
      another function or class; REST, statements after one.
    name: the name of a function or class of the file, in the style of a model.
    numbers: the numbers of the lines, from 0, without blank lines at the end.
    lines: the lines with letters, without indentation.
    parts: the parts of this part.
    has_functions: whether there are functions inside it.
  """

  kind: str
  name: str
  numbers: range
  lines: tuple[str, ...]
  parts: tuple['Part', ...] = ()
  has_functions: bool = False


def parts_of(text: str) -> tuple[Part, ...]:
  """Return the parts of a file. A file that is not Python has one part."""
  lines = text.split('\n')
  try:
    body = ast.parse(text).body
  except (SyntaxError, ValueError):
    body = []
  return tuple(
    cut(part, node, lines)
    for part, node in split(body, lines, range(len(lines)))
  )


def cut(part: Part, node: Definition | None, lines: Sequence[str]) -> Part:
  """Return the part with its own parts, if it is a function or a class.

  Without functions inside, its statements are one part, unless they are few.
  """
  if node is None:
    return part
  numbers = part.numbers
  inner = [found for found, _ in split(node.body, lines, numbers)]
  if len(inner) > 1:
    parts = tuple(one._replace(name='') for one in inner)
    return part._replace(parts=parts, has_functions=True)
  statements = node.body[ast.get_docstring(node) is not None :]
  if len(statements) < FEW:
    return part
  start = first_line(statements[0], lines, numbers.start)
  head = part_of(HEAD, '', lines, range(numbers.start, start))
  body = part_of(BODY, '', lines, range(start, numbers.stop))
  return part._replace(parts=(head, body))


def split(
  body: Iterable[ast.stmt], lines: Sequence[str], numbers: range
) -> list[tuple[Part, Definition | None]]:
  """Return the parts of a body with these lines, each with its definition."""
  places: list[tuple[int, str, Definition | None]]
  places = [(numbers.start, HEAD, None)]
  end = numbers.start
  for node in body:
    start = first_line(node, lines, end)
    if isinstance(node, Definition):
      places.append((start, kind_of(node), node))
    elif places[-1][1] not in (HEAD, REST):
      places.append((start, REST, None))
    end = node.end_lineno or end
  stops = [*(place[0] for place in places[1:]), numbers.stop]
  found = [
    (part_of(kind, node.name if node else '', lines, range(start, stop)), node)
    for (start, kind, node), stop in zip(places, stops, strict=True)
  ]
  return [(part, node) for part, node in found if part.numbers]


def kind_of(node: Definition) -> str:
  """Return the kind of a function or class."""
  makes = node.name == 'setup' or node.name.split('_')[-1] == 'init'
  return PARAMETERS if makes else BODY


def part_of(kind: str, name: str, lines: Sequence[str], numbers: range) -> Part:
  """Return the part with these numbers of lines."""
  start, stop = numbers.start, numbers.stop
  while stop > start and not lines[stop - 1].strip():
    stop -= 1
  full = [line.strip() for line in lines[start:stop] if has_letters(line)]
  return Part(kind, model_of(name), range(start, stop), tuple(full))


def has_letters(line: str) -> bool:
  """Return whether a line has more than brackets and quotes."""
  return any(character.isalnum() for character in line)


def first_line(node: ast.stmt, lines: Sequence[str], end: int) -> int:
  """Return the number of the first line of a statement, from 0.

  Decorators belong to it, and comments above it, down from line number end.
  """
  decorators = getattr(node, 'decorator_list', [])
  first = min([node.lineno, *(d.lineno for d in decorators)]) - 1
  while first > end and lines[first - 1].lstrip().startswith('#'):
    first -= 1
  return first
