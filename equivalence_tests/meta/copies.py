"""All packages copied, with an edit in one of them, and tests run there."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from equivalence_tests.meta.random_edits import Edit

PACKAGE = Path(__file__).parents[1]
SECONDS = 1800  # that the tests may take: an edit is seen to hang


def passes(
  edit: Edit, tests: Sequence[str], without: Sequence[str] = ()
) -> bool:
  """Whether these tests of the suite pass where the edit is planted.

  Args:
    edit: its file relative to the folder that holds the packages.
    tests: their files, relative to the folder of tests.
    without: words; a test that has one in its name is left out.
  """
  with tempfile.TemporaryDirectory() as folder:
    for package in ('core_rnn', 'linen_rnn', 'equivalence_tests'):
      shutil.copytree(
        PACKAGE.parent / package,
        Path(folder) / package,
        ignore=shutil.ignore_patterns('__pycache__'),
      )
    file = Path(folder) / edit.file
    file.write_text(edit.apply(file.read_text()))
    options = ['-x', '-q', '-Werror', '-n0', '-pno:cacheprovider']
    options += ['-c/dev/null', f'--rootdir={folder}']
    if without:
      options.append(f'-knot ({" or ".join(without)})')
    try:
      done = subprocess.run(
        [sys.executable, '-m', 'pytest', *options]
        + [f'equivalence_tests/tests/{test}' for test in tests],
        cwd=folder,
        capture_output=True,
        timeout=SECONDS,
        check=False,
      )
    except subprocess.TimeoutExpired:
      return False
  return done.returncode == 0
