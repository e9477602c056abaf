"""What to say of two things that should be the same: where they differ."""

import difflib
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from equivalence_tests.suite.functions import FUNCTIONS
from equivalence_tests.suite.programs import Lowered

Line = tuple[str, str]  # of a text, and the line of source it is from

LINES = 6  # of a text that differs, at most
WIDTH = 160  # columns of such a line, at most
LOCATION = re.compile(r'^(#loc\d*) = loc\((.*)\)$')
FILE = re.compile(r'^"(?P<file>[^"]+\.py)":(?P<line>\d+):')
REFERENCE = re.compile(r'#loc\d+')
REGISTER = re.compile(r'%\w+(?:#\d+)?')


class Programmed(Protocol):
  """What has programs, and in `way.folder` the source that they are told by."""

  @property
  def way(self) -> Any:
    """Whose it is."""
    ...

  def lower(self, program: str) -> Lowered:
    """A program, lowered."""
    ...

  def text(self, program: str) -> str:
    """Its StableHLO text."""
    ...


def of_signatures(
  expected: Mapping[str, inspect.Parameter],
  got: Mapping[str, inspect.Parameter],
) -> str:
  """The hyperparameters that differ: in being there, in default, in order.

  Only those have an order that may be given by position.
  """
  defaults = [
    {name: f'default {shown(p.default)}' for name, p in parameters.items()}
    for parameters in (expected, got)
  ]
  parts = of_trees(*defaults)
  placed, names = positional(expected), positional(got)
  if not parts and names[: len(placed)] != placed:
    return f'expected the order {placed}, got {names}'
  return parts


def positional(parameters: Mapping[str, inspect.Parameter]) -> list[str]:
  """The names of those that may be given by position."""
  by_name = inspect.Parameter.KEYWORD_ONLY
  return [name for name, p in parameters.items() if p.kind is not by_name]


def shown(default: object) -> str:
  """A default in few words, without an address."""
  if default is inspect.Parameter.empty:
    return 'none'
  for name, function in FUNCTIONS.items():
    if default is function:
      return name
  name = getattr(default, '__qualname__', '') or getattr(
    default, '__name__', ''
  )
  return name if callable(default) and name else repr(default)


def of_trees(expected: Mapping[str, str], got: Mapping[str, str]) -> str:
  """The paths of two trees at which they differ, and what stands there."""
  nothing = 'nothing'
  return '; '.join(
    f'{path}: expected {expected.get(path, nothing)}, '
    f'got {got.get(path, nothing)}'
    for path in {**expected, **got}
    if expected.get(path) != got.get(path)
  )


def of_programs(first: Programmed, other: Programmed, program: str) -> str:
  """The first lines in which two texts differ, each with its line of source.

  Registers have other numbers after the first difference, so lines are
  compared without these; what differs in a pair of lines is marked.
  """
  expected, got = sourced(first, program), sourced(other, program)
  plain = [
    [REGISTER.sub('%', line) for line, _ in text] for text in (expected, got)
  ]
  matcher = difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False)
  changes = [change for change in matcher.get_opcodes() if change[0] != 'equal']
  if not changes:
    return of_operands(expected, got)
  _, i, j, m, n = changes[0]
  return '\n'.join(
    [
      f'line {i + 1} of {len(expected)}:',
      *said('expected', expected[i:j]),
      *said('got', got[m:n]),
    ]
  )


def said(what: str, lines: list[Line]) -> list[str]:
  """The first of some lines, each with where it is from."""
  shown = [
    f'{line.strip()[:WIDTH]}  [{source}]' for line, source in lines[:LINES]
  ]
  return [f'    {what:8}  {line}' for line in shown or ['no such line']]


def of_operands(expected: list[Line], got: list[Line]) -> str:
  """The first line that differs in its operands alone, and which these are."""
  pairs = enumerate(zip(expected, got, strict=True), 1)
  for number, (want, have) in pairs:
    if want[0] != have[0]:
      operands = zip(
        *(REGISTER.findall(o[0]) for o in (want, have)), strict=True
      )
      marks = ', '.join(f'{a} for {b}' for a, b in operands if a != b)
      head = f'line {number} of {len(expected)}, operands {marks}:'
      return '\n'.join([head, *said('expected', [want]), *said('got', [have])])
  return 'the lines are equal: expected other trees than it got'


def sourced(one: Programmed, program: str) -> list[Line]:
  """The lines of a program's text, each with the line of source it is from."""
  located = one.lower(program).stage.as_text(debug_info=True).splitlines()
  places = {m[1]: m[2] for m in map(LOCATION.match, located) if m}
  kept = (line for line in located if not line.startswith('#loc'))
  own = str(one.way.folder)
  return [
    (line, source(places, reference_of(marked), own))
    for line, marked in zip(one.text(program).splitlines(), kept, strict=True)
  ]


def reference_of(line: str) -> str:
  """The location that a line of a text ends with."""
  return next(iter(REFERENCE.findall(line)[::-1]), '')


def source(places: Mapping[str, str], reference: str, own: str) -> str:
  """file:line of a location: the innermost in the folder, or else of all."""
  files = [*frames(places, reference)]
  inside = [file for file in files if file[0].startswith(own)]
  for file, line in inside or files:
    return f'{Path(file).parent.name}/{Path(file).name}:{line}'
  return 'no source'


def frames(
  places: Mapping[str, str], reference: str
) -> Iterator[tuple[str, str]]:
  """The lines of source behind a location, the innermost first."""
  text = places.get(reference, '')
  found = FILE.match(text)
  if found:
    yield found['file'], found['line']
    return
  for inner in REFERENCE.findall(text):
    yield from frames(places, inner)
