"""Where the files of a template go: into a package of one's own, or in here."""

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.making.merging import merged
from equivalence_tests.making.names import Names
from equivalence_tests.suite.ways import Misuse

HOUSE = 'core_rnn/networks/__init__.py'  # what a copy of this project has
SUITE = 'equivalence_tests'


class Written(NamedTuple):
  """Files by their path, and which of them were there before."""

  files: Mapping[Path, str]
  changed: tuple[Path, ...] = ()


def templates(names: Names) -> dict[str, str]:
  """Path in the template -> text, with the new names in both.

  What stands around the package is among them, the same for all.
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
  """A project of one's own: the package, its pyproject, README and tests.

  Raises:
    Misuse: there is something of its name.
  """
  project = folder / names.model
  if project.exists():
    raise Misuse(f'new: {project}: expected nothing there, got something')
  files = {}
  for path, text in templates(names).items():
    if path == 'page.md':
      continue
    outside = path.startswith('test_') or not path.endswith('.py')
    room = 'tests' if path.startswith('test_') else ''
    place = project / room / path if outside else project / names.model / path
    files[place] = text.replace(names.package, names.model)
  return Written(files)


def in_here(names: Names, root: Path, family: str) -> Written:
  """Into the house: a file on each floor, in a family that is there or new.

  Raises:
    Misuse: a file is there that would be another's.
  """
  files: dict[Path, str] = {}
  changed = []
  for path, text in templates(names).items():
    place = floor(names, path, family)
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
  more = listed(root, family)
  return Written({**files, **more}, (*changed, *more))


def joined(old: str, new: str, place: str) -> str:
  """A module, or a page, at a place, and what is new in it."""
  if new.startswith('"""'):
    module = place.removesuffix('.py').replace('/', '.')
    return merged(old, new, module)
  *_, page = new.split('---\n', 2)  # without what every page begins with
  section = re.sub('^#', '##', page, flags=re.MULTILINE)
  return f'{old.rstrip()}\n{section}'


def floor(names: Names, path: str, family: str) -> str | None:
  """Where a file of a template stands in the house; None if it has no place."""
  way, _, rest = path.partition('/')
  ways = {'pure': 'core_rnn/pure', 'scope': 'core_rnn/scope'}
  if rest:
    folder = {**ways, 'linen': 'linen_rnn'}[way]
    inside = rest if rest.startswith('transforms/') else f'{family}/{rest}'
    return f'{folder}/{inside}'
  return {
    'network.py': f'core_rnn/networks/{family}.py',
    'cases.py': f'{SUITE}/suite/models/{family}.py',
    'oracle.py': f'{SUITE}/suite/oracle/{family}.py',
    'faults.py': f'{SUITE}/meta/faults/{family}.py',
    'page.md': f'notes/{family}.md',
    f'test_{names.transform}.py': f'{SUITE}/tests/transforms/{path}',
    'conformance.py': f'{SUITE}/tests/transforms/{names.transform}.py',
  }.get(path)


def moved(names: Names, text: str, family: str) -> str:
  """The text of a file of a template, as it stands in the house."""
  package = re.escape(names.package)
  conformance = f'{SUITE}.tests.transforms.{names.transform}'
  oracle = f'from {SUITE}.suite.oracle import {family} as oracle'
  for old, new in (
    (rf'from {package} import oracle', oracle),
    (rf'{package}\.network\b', f'core_rnn.networks.{family}'),
    (rf'{package}\.(pure|scope)\b', r'core_rnn.\1'),
    (rf'{package}\.linen\b', 'linen_rnn'),
    (rf'{package}\.conformance\b', conformance),
    (rf"^(    )'{names.model}',$", rf"\1'{family}/{names.model}',"),
  ):
    text = re.sub(old, new, text, flags=re.MULTILINE)
  return text


def listed(root: Path, family: str) -> dict[Path, str]:
  """The lists of families, and of pages, with a new one in them."""
  networks, index = root / HOUSE, root / 'notes' / 'index.md'
  text = networks.read_text()
  if f"'{family}'" in text:
    return {}
  before, after = text.rsplit(')', 1)
  page = index.read_text().replace('\npitfalls\n', f'\n{family}\npitfalls\n')
  return {networks: f"{before}  '{family}',\n){after}", index: page}
