"""What holds for every test: strictness, kept programs, Hypothesis profiles."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jaxtyping
import pytest
from hypothesis import HealthCheck, settings

from equivalence_tests.__main__ import main
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import forget
from equivalence_tests.suite.strictness import (
  be_strict,
  cache_folder,
  collect_seldom,
  compile_quickly,
  keep_compiled,
  kept_compiled,
)

ROOT = Path(__file__).parents[2]

be_strict()
keep_compiled(cache_folder())
compile_quickly()
collect_seldom()

# Cells of the notes and new projects keep it too, in processes of their own.
os.environ.update(
  {name.upper(): str(v) for name, v in kept_compiled(cache_folder()).items()}
)

# Each says all it needs: Hypothesis loads a profile of its own where CI is set.
PROFILES: dict[str, Any] = {
  'dev': {'max_examples': 3, 'derandomize': False},
  'ci': {'max_examples': 4, 'derandomize': True},
  'soak': {'max_examples': 1000, 'derandomize': False},
}
for name, profile in PROFILES.items():
  settings.register_profile(
    name,
    print_blob=True,
    deadline=None,  # the first example of a shape compiles
    suppress_health_check=[HealthCheck.too_slow],
    **profile,
  )
settings.load_profile('ci' if 'CI' in os.environ else 'dev')


def about(nodeid: str) -> str:
  """What a test is about: the model that its parameters name, or its file."""
  file, _, parameters = nodeid.partition('::')
  words = re.split(r'\W+', parameters.partition('[')[2])
  return next((word for word in words if word in CASES), file)


# These trace what `test_claims.py` has traced before, annotations checked.
TRACED = re.compile(r'/meta/|/test_(finite|pickling|rows|table)\.py')


def is_traced(item: pytest.Item) -> bool:
  """Whether what a test traces has been traced before."""
  return TRACED.search(item.nodeid) is not None


def pytest_runtest_setup(item: pytest.Item) -> None:
  """Annotations are checked, but where that has been done."""
  jaxtyping.config.update('jaxtyping_disable', is_traced(item))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
  """The tests of a model follow each other, after those of none.

  What one of them traces, lowers and compiles is there for the next. The last
  models take longest, so they come first: no process ends long after others.
  """
  order = {name: number for number, name in enumerate(reversed(CASES), 1)}

  def place(item: pytest.Item) -> tuple[int, bool]:
    return order.get(about(item.nodeid), 0), is_traced(item)

  items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
  """They run in one process."""
  from xdist.scheduler import LoadScopeScheduling

  class ByModel(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
      return about(nodeid)

  return ByModel(config, log)


def pytest_runtest_teardown(item: pytest.Item, nextitem: Any) -> None:
  """After the last test of a model, its programs go."""
  if not nextitem or about(nextitem.nodeid) != about(item.nodeid):
    forget()


class Done(NamedTuple):
  """What a command did."""

  status: int
  out: str
  err: str


def process(*command, cwd=None):
  """What a command does in a process of its own."""
  done = subprocess.run(
    [*map(str, command)], capture_output=True, text=True, cwd=cwd, check=False
  )
  return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def equivalence(monkeypatch, capsys):
  """What `equivalence` with these arguments does, without a new process."""

  def run(*arguments, cwd=None):
    if cwd:
      monkeypatch.chdir(cwd)
    monkeypatch.setattr(sys, 'path', [*sys.path])
    monkeypatch.setattr(sys, 'argv', ['equivalence', *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
      main()
    return Done(stop.value.code, *capsys.readouterr())

  return run


@pytest.fixture(scope='session')
def installed(tmp_path_factory):
  """The folder of a virtual environment with nothing but our wheel in it."""
  folder = tmp_path_factory.mktemp('wheel')
  project = (ROOT / 'pyproject.toml').read_text()
  newer = re.search(r'exclude-newer = "(.*)"', project)
  environment = {**os.environ, 'UV_EXCLUDE_NEWER': newer[1]}
  python = folder / 'venv' / 'bin' / 'python'
  build = ['uv', 'build', '--wheel', '--out-dir', folder, ROOT]
  subprocess.run(build, check=True, capture_output=True, env=environment)
  (wheel,) = folder.glob('*.whl')
  for command in (
    ['uv', 'venv', '--python', sys.executable, folder / 'venv'],
    ['uv', 'pip', 'install', '--python', python, wheel],
  ):
    subprocess.run(command, check=True, capture_output=True, env=environment)
  return folder / 'venv'
