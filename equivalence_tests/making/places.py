"""Where the files of a template go: into a new project, or into this one."""

import ast
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.making.merging import merged
from equivalence_tests.making.names import Names
from equivalence_tests.suite.ways import Misuse

NETWORKS = 'core_rnn/networks'
FAMILIES = f'{NETWORKS}/__init__.py'  # a copy of this project has this file
SUITE = 'equivalence_tests'


class Written(NamedTuple):
  """The files to write, and which of them existed before."""

  files: Mapping[Path, str]
  changed: tuple[Path, ...] = ()


def templates(names: Names) -> dict[str, str]:
  """Return path in the template -> text, with the new names in both.

  The files around the package, which all templates share, are among them.
  """
  package = import_module(names.package)
  inside = Path(next(iter(package.__path__)))
  return {
    names.put(file.relative_to(folder).as_posix()): names.put(file.read_text())
    for folder in (inside, inside.parent / 'project')
    for file in folder.rglob('*')
    if file.suffix in ('.py', '.md', '.toml')
  }


def own_package(names: Names, folder: Path) -> Written:
  """Return the files of a new project: package, pyproject, README and tests.

  Raises:
    Misuse: a folder of this name exists.
  """
  project = folder / names.model
  if project.exists():
    raise Misuse(f'new: {project}: expected nothing there, got something')
  files = {}
  for path, text in templates(names).items():
    if path == 'page.md':
      continue
    outside = path.startswith('test_') or not path.endswith('.py')
    inside = 'tests' if path.startswith('test_') else ''
    place = project / inside / path if outside else project / names.model / path
    files[place] = text.replace(names.package, names.model)
  return Written(files)


def in_here(names: Names, root: Path, family: str) -> Written:
  """Return the files for this project, in a family that exists or is new.

  Raises:
    Misuse: a file of this name exists.
  """
  files: dict[Path, str] = {}
  changed = []
  for path, text in templates(names).items():
    place = place_in_project(names, path, family)
    if place is None:
      continue
    text, target = moved(names, text, family), root / place
    if target.exists() and target.name != '__init__.py':
      if target.stem != family:
        raise Misuse(f'new: {place}: expected nothing there, got a file')
      text = joined(target.read_text(), text, place)
    if target.exists():
      changed.append(target)
    if not (target.exists() and target.name == '__init__.py'):
      files[target] = text
  more = listed(root, names.model, family)
  return Written({**files, **more}, (*changed, *more))


def joined(old: str, new: str, place: str) -> str:
  """Return a module, or a page, with the contents of the new one added."""
  if new.startswith('"""'):
    module = place.removesuffix('.py').replace('/', '.')
    return merged(old, new, module)
  *_, page = new.split('---\n', 2)  # without what every page begins with
  section = re.sub('^#', '##', page, flags=re.MULTILINE)
  return f'{old.rstrip()}\n{section}'


def place_in_project(names: Names, path: str, family: str) -> str | None:
  """Return where a file of a template goes in this project, if anywhere."""
  way, _, rest = path.partition('/')
  ways = {'pure': 'core_rnn/pure', 'scope': 'core_rnn/scope'}
  if rest:
    folder = {**ways, 'linen': 'linen_rnn'}[way]
    inside = rest if rest.startswith('transforms/') else f'{family}/{rest}'
    return f'{folder}/{inside}'
  return {
    'network.py': f'{NETWORKS}/{family}/{names.model}.py',
    'cases.py': f'{SUITE}/suite/models/{family}.py',
    'oracle.py': f'{SUITE}/suite/oracle/{family}.py',
    'faults.py': f'{SUITE}/meta/faults/{family}.py',
    'page.md': f'notes/{family}.md',
    f'test_{names.transform}.py': f'{SUITE}/tests/transforms/{path}',
    'conformance.py': f'{SUITE}/tests/transforms/{names.transform}.py',
  }.get(path)


def moved(names: Names, text: str, family: str) -> str:
  """Return the text of a file of a template, with the imports it has here."""
  package = re.escape(names.package)
  conformance = f'{SUITE}.tests.transforms.{names.transform}'
  oracle = f'from {SUITE}.suite.oracle import {family} as oracle'
  for old, new in (
    (rf'from {package} import oracle', oracle),
    (rf'{package}\.network\b', f'core_rnn.networks.{family}.{names.model}'),
    (rf'{package}\.(pure|scope)\b', r'core_rnn.\1'),
    (rf'{package}\.linen\b', 'linen_rnn'),
    (rf'{package}\.conformance\b', conformance),
    (rf"^(    )'{names.model}',$", rf"\1'{family}/{names.model}',"),
  ):
    text = re.sub(old, new, text, flags=re.MULTILINE)
  return text


def listed(root: Path, model: str, family: str) -> dict[Path, str]:
  """Return the lists of models, families and pages, with the new entries."""
  package = root / NETWORKS / family / '__init__.py'
  if package.exists():
    return {package: with_model(package.read_text(), model)}
  networks, index = root / FAMILIES, root / 'notes' / 'index.md'
  before, after = networks.read_text().rsplit(')', 1)
  page = index.read_text().replace('\npitfalls\n', f'\n{family}\npitfalls\n')
  new = f'"""{family.capitalize()}."""\n\nMODELS = ()\n'
  return {
    package: with_model(new, model),
    networks: f"{before}  '{family}',\n){after}",
    index: page,
  }


def with_model(text: str, model: str) -> str:
  """Return the module of a family with one more model in MODELS."""
  lines = text.splitlines()
  for node in ast.parse(text).body:
    if isinstance(node, ast.Assign) and 'MODELS' in ast.unparse(
      node.targets[0]
    ):
      names = (*ast.literal_eval(node.value), model)
      entries = [f"  '{name}'," for name in names]
      lines[node.lineno - 1 : node.end_lineno] = ['MODELS = (', *entries, ')']
  return '\n'.join(lines) + '\n'
