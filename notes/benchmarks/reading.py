"""Count what a reader of one model has to open: files, and classes.

    uv run python notes/benchmarks/reading.py
    uv run python notes/benchmarks/reading.py lstm gru --root ../before

The count follows names. It starts from the factory of a model in one way, and
from each definition it goes to every definition of this project whose name
occurs there. The words that all files share are not counted: types, keys,
initializers, kinds of hyperparameters, the base class of descriptions, checks,
and the decorator of a way.

A class counts if it is the description of the network, or one that the
description inherits from.
"""

import argparse
import ast
import functools
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

WAYS = {
  'pure': 'core_rnn/pure',
  'scope': 'core_rnn/scope',
  'linen': 'linen_rnn',
}
SHARED = (
  'core_rnn.types',
  'core_rnn.keys',
  'core_rnn.initializers',
  'core_rnn.kinds',
  'core_rnn.networks.kinds',
  'core_rnn.networks.network',
  'core_rnn.model',
  'core_rnn.checks',
  'core_rnn.pure.as_pure',
  'core_rnn.scope.as_scope',
  'linen_rnn.as_linen',
)
Definition = tuple[str, str]  # module and name


@functools.cache
def parsed(root: Path, module: str) -> ast.Module | None:
  """Return the syntax tree of a module of the project, or None."""
  place = root.joinpath(*module.split('.'))
  for file in (place.with_suffix('.py'), place / '__init__.py'):
    if file.exists():
      return ast.parse(file.read_text())
  return None


@functools.cache
def definitions(root: Path, module: str) -> dict[str, ast.stmt]:
  """Return the functions, classes and constants of a module by name."""
  found: dict[str, ast.stmt] = {}
  tree = parsed(root, module)
  for node in tree.body if tree else []:
    match node:
      case ast.FunctionDef(name) | ast.ClassDef(name):
        found[name] = node
      case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
        found[name] = node
  return found


@functools.cache
def imports(root: Path, module: str) -> dict[str, Definition]:
  """Return what a module imports from the project, by the name it has here."""
  found: dict[str, Definition] = {}
  tree = parsed(root, module)
  for node in tree.body if tree else []:
    match node:
      case ast.ImportFrom(str(source), names) if parsed(root, source):
        found.update((n.asname or n.name, (source, n.name)) for n in names)
  return found


def used(node: ast.AST) -> Iterator[str]:
  """Yield the names that a definition uses; annotations do not count."""
  for field, value in ast.iter_fields(node):
    if field in ('annotation', 'returns'):
      continue
    for child in value if isinstance(value, list) else [value]:
      if isinstance(child, ast.Name):
        yield child.id
      if isinstance(child, ast.AST):
        yield from used(child)


def reached(root: Path, start: Definition) -> set[Definition]:
  """Return every definition that a reader of the first one comes to."""
  due, found, seen = [start], set(), set()
  while due:
    module, name = one = due.pop()
    if one in seen or module.startswith(SHARED):
      continue
    seen.add(one)
    node = definitions(root, module).get(name)
    if node is None:
      if name in imports(root, module):  # a package that exports the name
        due.append(imports(root, module)[name])
      continue
    found.add(one)
    for other in used(node):
      if other in definitions(root, module):
        due.append((module, other))
      elif other in imports(root, module):
        due.append(imports(root, module)[other])
  return found


def ancestors(root: Path, one: Definition) -> set[Definition]:
  """Return a class of the project, and all that it inherits from."""
  module, name = one
  node = definitions(root, module).get(name)
  if not isinstance(node, ast.ClassDef):
    return set()
  found = {one}
  for base in node.bases:
    if isinstance(base, ast.Name):
      known = imports(root, module).get(base.id, (module, base.id))
      found |= ancestors(root, known)
  return found


def description(root: Path, start: Definition) -> Definition:
  """Return the class in the decorator of a factory: `@as_pure(LSTM)`."""
  module, name = start
  node = definitions(root, module)[name]
  assert isinstance(node, ast.FunctionDef)
  (decorator,) = node.decorator_list
  assert isinstance(decorator, ast.Call)
  (network,) = decorator.args
  assert isinstance(network, ast.Name)
  return imports(root, module)[network.id]


def factories(root: Path, way: str) -> Iterator[Definition]:
  """Yield the factory of every model of a way."""
  folder = root / WAYS[way]
  for file in sorted(folder.glob('*/*.py')):
    if file.parent.name not in ('parts', 'transforms'):
      module = '.'.join(file.relative_to(root).with_suffix('').parts)
      if isinstance(definitions(root, module).get(file.stem), ast.FunctionDef):
        yield module, file.stem


def main() -> None:
  """Print a row for each model: files and classes in each way."""
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('models', nargs='*', help='by default all')
  parser.add_argument('--root', type=Path, default=Path(__file__).parents[2])
  options = parser.parse_args()
  rows: dict[str, dict[str, tuple[int, int]]] = {}
  for way in WAYS:
    for start in factories(options.root, way):
      found = reached(options.root, start)
      files = {module for module, _ in found}
      base = ancestors(options.root, description(options.root, start))
      rows.setdefault(start[1], {})[way] = len(files), len(base)
  if unknown := {*options.models} - {*rows}:
    sys.exit(f'unknown models: {", ".join(sorted(unknown))}')
  print(f'{"model":24}{"files of pure, scope, linen":>32}{"classes":>10}')
  for model in options.models or rows:
    files = ' '.join(f'{count:4}' for count, _ in rows[model].values())
    print(f'{model:24}{files:>32}{rows[model]["pure"][1]:10}')
  for way in WAYS:
    counts = [row[way][0] for row in rows.values()]
    print(f'{way}: median {statistics.median(counts)}, most {max(counts)}')


if __name__ == '__main__':
  main()
