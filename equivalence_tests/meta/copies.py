"""Copies of all packages with an edit in them, where claims or tests run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from equivalence_tests.meta.random_edits import Edit
from equivalence_tests.suite.strictness import cache_folder, kept_compiled

PACKAGE = Path(__file__).parents[1]
PACKAGES = ('core_rnn', 'linen_rnn', 'equivalence_tests')
SECONDS = 1800  # time limit of the tests; an edit that exceeds it is seen


@contextmanager
def copied() -> Iterator[Path]:
  """Copy all packages into a temporary folder, and yield the folder.

  The compiled modules are copied too, so that a process that imports the copy
  compiles the edited module only.
  """
  with tempfile.TemporaryDirectory() as folder:
    for package in PACKAGES:
      source, target = PACKAGE.parent / package, Path(folder) / package
      shutil.copytree(source, target, ignore=ignored)
    yield Path(folder)


def ignored(folder: str, names: list[str]) -> list[str]:
  """Return the names in a folder that no copy needs, or that come and go.

  A process that writes a compiled module gives it a temporary name first.
  """
  return [name for name in names if '.pyc.' in name or name.startswith('.')]


def make(edit: Edit, folder: Path) -> None:
  """Make an edit in a copy of all packages; its file is relative to it."""
  file = folder / edit.file
  file.write_text(edit.apply(file.read_text()))


def passes(
  edit: Edit, tests: Sequence[str], without: Sequence[str] = ()
) -> bool:
  """Return whether tests of the suite pass in a copy with an edit.

  Args:
    edit: its file is relative to the folder that holds the packages.
    tests: the files of the tests, relative to the folder of tests.
    without: words; a test with one of them in its name is left out.
  """
  options = ['-x', '-q', '-Werror', '-n0', '-pno:cacheprovider']
  options += ['-c/dev/null']
  if without:
    options.append(f'-knot ({" or ".join(without)})')
  files = [f'equivalence_tests/tests/{test}' for test in tests]
  with copied() as folder:
    make(edit, folder)
    command = ['pytest', *options, f'--rootdir={folder}', *files]
    try:
      return run(command, folder).returncode == 0
    except subprocess.TimeoutExpired:
      return False


def judged(folder: Path, model: str, claim: str) -> Mapping[str, Any]:
  """Return the verdict of the command line on a claim, in a copy.

  Args:
    folder: holds a copy of all packages.
    model: the model to judge, in all ways of the copy.
    claim: the claim to judge.

  Raises:
    RuntimeError: the command line judges nothing; the message is its output.
  """
  file = folder / 'verdicts.json'
  command = ['equivalence_tests', model, '--claim', claim, '--json', str(file)]
  done = run(command, folder)
  if not file.exists() or not file.read_text():
    raise RuntimeError(f'equivalence {model}: {done.stdout}{done.stderr}')
  (verdict,) = json.loads(file.read_text())['verdicts']
  return verdict


def run(
  command: Sequence[str], folder: Path
) -> subprocess.CompletedProcess[str]:
  """Run a Python module in a folder, whose packages it imports.

  Programs that are compiled are kept in the same place as those of the suite.

  Raises:
    subprocess.TimeoutExpired: it takes longer than SECONDS.
  """
  kept = kept_compiled(cache_folder())
  given = {name.upper(): str(value) for name, value in kept.items()}
  return subprocess.run(
    [sys.executable, '-m', *command],
    cwd=folder,
    env={**os.environ, **given, 'PYTHONPATH': str(folder)},
    capture_output=True,
    text=True,
    timeout=SECONDS,
    check=False,
  )
