"""Merge a module of a template into a module that exists."""

import ast
from collections.abc import Sequence
from typing import NamedTuple


class Parts(NamedTuple):
  """The parts of a module: its lines, imports, and tuples by name."""

  lines: list[str]
  imports: Sequence[ast.stmt]
  tuples: dict[str, ast.Assign]
  rest: list[ast.stmt]


def parts_of(text: str) -> Parts:
  """Return the parts of a module; a tuple is `NAME = (...)`, at its end."""
  tree = ast.parse(text)
  imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
  tuples = {
    node.targets[0].id: node
    for node in tree.body
    if isinstance(node, ast.Assign)
    and isinstance(node.value, ast.Tuple)
    and isinstance(node.targets[0], ast.Name)
  }
  docstring = tree.body[:1]
  rest = [
    node
    for node in tree.body
    if node not in (*imports, *tuples.values(), *docstring)
  ]
  return Parts(text.splitlines(), imports, tuples, rest)


def source(parts: Parts, node: ast.stmt) -> str:
  """Return the lines of a statement, with its decorators."""
  above = [d.lineno for d in getattr(node, 'decorator_list', [])]
  first = min([node.lineno, *above])
  return '\n'.join(parts.lines[first - 1 : node.end_lineno])


def entries(parts: Parts, name: str) -> str:
  """Return the text of a tuple without its parentheses."""
  text = source(parts, parts.tuples[name])
  return text.partition('(')[2].rpartition(')')[0].strip().rstrip(',')


def merged(old: str, new: str, module: str) -> str:
  """Return the old module with imports, statements and entries of the new one.

  The module does not import from itself, whose name is module. New statements
  come before the tuple at the end, if both modules have it, and its new entries
  come last in that tuple; otherwise they come at the end of the module. The
  result is not formatted.
  """
  there, more = parts_of(old), parts_of(new)
  known = {ast.unparse(node) for node in there.imports}
  added = [
    source(more, node)
    for node in more.imports
    if ast.unparse(node) not in known
    and getattr(node, 'module', None) != module
  ]
  body = [source(more, node) for node in more.rest]
  shared = [name for name in more.tuples if name in there.tuples]
  starts = [there.tuples[name].lineno for name in shared]
  end = min(starts, default=len(there.lines) + 1) - 1
  last = max((node.end_lineno or 0 for node in there.imports), default=1)
  tuples = [
    f'{name} = (\n{entries(there, name)},\n{entries(more, name)},\n)'
    for name in shared
  ]
  return '\n'.join(
    (
      *there.lines[:last],
      *added,
      *there.lines[last:end],
      *(f'\n{text}\n' for text in (*body, *tuples)),
    )
  )
