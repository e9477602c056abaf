"""`equivalence new`: the files of a model, and of a transform."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import Misuse

RULES = '--select=I,E501'  # what a change of names moves: imports, long lines


def new(
  name: str,
  *,
  transform: str | None = None,
  family: str | None = None,
  package: bool = False,
) -> int:
  """Write a new model: network, three files, case, loop, fault, page and test.

  In a copy of this project they go to their places in it; elsewhere they are a
  project of its own, which `equivalence NAME --cases NAME` judges from inside.

  Parameters
  ----------
  name
    The name of the model, as of a module: leaky_gru.
  transform
    Write a new transform of this name too, in its three forms, with a test of
    each; the model is made with it.
  family
    In this project: the family that the model is of, one that is there or a new
    one; the name of the model, if none is given.
  package
    A project of its own in any case.
  """
  from equivalence_tests.making.names import Names
  from equivalence_tests.making.places import FAMILIES, in_here, own_package

  names, here = Names(name, transform), Path.cwd()
  names.check(naming.models())
  if family and (package or not (here / FAMILIES).exists()):
    raise Misuse(f'--family: expected it in this project alone, got {family}')
  if package or not (here / FAMILIES).exists():
    written = own_package(names, here)
    then = f'cd {name} && equivalence {name} --cases {name} && pytest'
  else:
    written = in_here(names, here, family or name)
    then = f'uv run equivalence {name} --markdown README.md && uv run pytest'
  write(written.files)
  if written.changed:  # a package of one's own may have a style of its own
    tidied([path for path in written.files if path.suffix == '.py'])
  for path in sorted(written.files):
    verb = 'changed' if path in written.changed else 'wrote'
    print(f'{verb} {path.relative_to(here)}')
  print(f'then: {then}')
  return 0


def write(files: Mapping[Path, str]) -> None:
  """Writes files, and makes the folders that they stand in."""
  for path, text in files.items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, 'utf-8')


def tidied(files: Sequence[Path]) -> None:
  """Sorts imports and breaks lines, where Ruff is there to do it."""
  ruff = shutil.which('ruff', path=str(Path(sys.executable).parent))
  if ruff is None:
    return
  for how in (('check', '--fix', '--quiet', RULES), ('format', '--quiet')):
    subprocess.run([ruff, *how, *map(str, files)], check=False)
