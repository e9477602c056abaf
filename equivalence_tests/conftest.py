"""What holds for every test: strictness, kept programs, Hypothesis profiles."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from equivalence_tests.__main__ import main
from equivalence_tests.models import CASES
from equivalence_tests.programs import forget
from equivalence_tests.strictness import be_strict, cache_folder, keep_compiled

be_strict()
keep_compiled(cache_folder())

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


def about(item: pytest.Item) -> str:
  """What a test is about: a model, or else its own file."""
  given = getattr(item, 'callspec', None)
  params = given.params if given else {}
  names = (params.get('model'), getattr(params.get('fault'), 'model', None))
  return next((n for n in names if n in CASES), item.path.name)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
  """All tests of a model run in one process, after each other.

  What one of them traces, lowers and compiles is there for the next.
  """
  for item in items:
    item.add_marker(pytest.mark.xdist_group(about(item)))
  order = {name: number for number, name in enumerate(CASES, 1)}
  items.sort(key=lambda item: (order.get(about(item), 0), str(item.path)))


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item) -> None:
  """After the last test of a model, its programs go."""
  if nextitem is None or about(nextitem) != about(item):
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
  root, folder = Path(__file__).parents[1], tmp_path_factory.mktemp('wheel')
  project = (root / 'pyproject.toml').read_text()
  newer = re.search(r'exclude-newer = "(.*)"', project)
  environment = {**os.environ, 'UV_EXCLUDE_NEWER': newer[1]}
  python = folder / 'venv' / 'bin' / 'python'
  build = ['uv', 'build', '--wheel', '--out-dir', folder, root]
  subprocess.run(build, check=True, capture_output=True, env=environment)
  (wheel,) = folder.glob('*.whl')
  for command in (
    ['uv', 'venv', '--python', sys.executable, folder / 'venv'],
    ['uv', 'pip', 'install', '--python', python, wheel],
  ):
    subprocess.run(command, check=True, capture_output=True, env=environment)
  return folder / 'venv'
