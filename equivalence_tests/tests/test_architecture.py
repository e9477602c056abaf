"""Which package knows which, and what every file owes its reader."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections import Counter
from functools import reduce
from operator import and_
from pathlib import Path

import pytest

from core_rnn.networks import FAMILIES
from core_rnn.networks.network import Network
from equivalence_tests.meta.edit_ways import imported
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.naming import model_of
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.tests.conftest import ROOT

PACKAGES = {
  name: Path(next(iter(importlib.import_module(name).__path__)))
  for name in ('core_rnn', 'linen_rnn', 'equivalence_tests')
}
MODULES = [
  '.'.join((name, *file.relative_to(folder).with_suffix('').parts))
  for name, folder in PACKAGES.items()
  for file in sorted(folder.rglob('*.py'))
]
BASE = tuple(
  f'core_rnn.{name}' for name in ('initializers', 'keys', 'model', 'types')
)
SAID = ('core_rnn.networks', 'core_rnn.equations', *BASE)  # of every network
SHARED = ('core_rnn.checks', *SAID)

NETWORKS = {
  model_of(value.__name__): value
  for family in FAMILIES
  for value in vars(
    importlib.import_module(f'core_rnn.networks.{family}')
  ).values()
  if inspect.isclass(value) and issubclass(value, Network)
}

# who -> what of ours it may import
ARROWS = {
  'core_rnn.pure': ('core_rnn.pure', *SHARED),
  'core_rnn.scope': ('core_rnn.scope', *SHARED),
  # a new transform's linen form is a thin wrapper on its scope form
  'linen_rnn.transforms': ('linen_rnn', 'core_rnn.scope.transforms'),
  'linen_rnn': ('linen_rnn', *SHARED),
  'core_rnn.networks': SAID,
  'core_rnn.equations': ('core_rnn.equations', 'core_rnn.types'),
  'core_rnn.checks': SHARED,
  'core_rnn.weights': ('core_rnn.types',),
  # it looks a way up by name, and sees only a Model
  'core_rnn.language_model': (
    'core_rnn.language_model',
    'core_rnn.model',
    'core_rnn.types',
  ),
  'core_rnn': BASE,
}
ROOMS = (
  'suite',
  'comparing',
  'making',
  'terminal',
  'meta',
)  # each may know those before it
ROOM = re.compile(rf'equivalence_tests\.({"|".join(ROOMS)})\.')


def imports(module):
  """The modules that a module imports."""
  return imported(source(module))


def source(module):
  package, *rest = module.split('.')
  return (PACKAGES[package].joinpath(*rest)).with_suffix('.py').read_text()


@pytest.mark.parametrize(
  'module', [m for m in MODULES if not m.startswith('equivalence_tests')]
)
def test_arrows_point_one_way(module):
  who = next(name for name in ARROWS if f'{module}.'.startswith(f'{name}.'))
  ours = [m for m in imports(module) if m.split('.')[0] in PACKAGES]
  strange = [
    m for m in ours if not any(f'{m}.'.startswith(f'{a}.') for a in ARROWS[who])
  ]
  assert not strange, f'{module} imports {strange}, may import {ARROWS[who]}'


@pytest.mark.parametrize('module', [m for m in MODULES if ROOM.match(m)])
def test_the_suite_knows_the_ways_only_through_their_models(module):
  ways = [
    m for m in imports(module) if any(m.startswith(p) for p in OWN.values())
  ]
  assert not ways


@pytest.mark.parametrize('module', [m for m in MODULES if ROOM.match(m)])
def test_the_rooms_of_the_suite_know_those_before_them(module):
  (room,) = ROOM.match(module).groups()
  before = ROOMS[: ROOMS.index(room) + 1]
  strange = [
    m
    for m in imports(module)
    if m.startswith('equivalence_tests') and m.split('.')[1] not in before
  ]
  assert not strange, f'{module} imports {strange}, may import of {before}'


def test_the_pure_way_runs_without_flax():
  code = (
    'import sys, core_rnn.pure.cells.elman;'
    'sys.exit(any(m.split(".")[0] == "flax" for m in sys.modules))'
  )
  done = subprocess.run(
    [sys.executable, '-c', code], capture_output=True, text=True, check=False
  )
  assert done.returncode == 0, done.stderr


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_a_model_file_stands_in_a_column(way, model):
  lines = find(way).source(model).splitlines()
  assert len(lines) <= 60
  assert max(map(len, lines)) <= 80


def test_what_the_three_files_of_a_model_have_in_common_is_said_elsewhere():
  """Of all lines of these files, at most 15 % stand in all three."""
  common = every = 0
  for model in CASES:
    files = [Counter(lines_of(find(way).source(model))) for way in OWN]
    common += len(OWN) * sum(reduce(and_, files).values())
    every += sum(sum(file.values()) for file in files)
  assert common <= 0.15 * every, f'{common} of {every}'


def lines_of(text):
  return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_a_factory_has_the_hyperparameters_and_docstring_of_its_network(
  way, model
):
  factory, network = find(way).factory(model), NETWORKS[model]
  taken, said = inspect.signature(factory), inspect.signature(network)
  assert taken.parameters == said.parameters
  assert inspect.getdoc(factory) == inspect.getdoc(network)


@pytest.mark.parametrize(
  'floor',
  [
    'core_rnn/networks',
    'core_rnn/pure',
    'core_rnn/scope',
    'linen_rnn',
    'equivalence_tests/suite/models',
    'equivalence_tests/suite/oracle',
    'equivalence_tests/meta/faults',
    'notes',
  ],
)
def test_families_bear_one_name_on_every_floor(floor):
  assert {*FAMILIES} <= {path.stem for path in (ROOT / floor).iterdir()}


def public(module):
  """The public functions and classes of a module, and their public methods."""
  namespace = importlib.import_module(module)
  for name, value in vars(namespace).items():
    if name.startswith('_') or getattr(value, '__module__', '') != module:
      continue
    if inspect.isfunction(value) or inspect.isclass(value):
      yield f'{module}.{name}', value


@pytest.mark.parametrize(
  'module', [m for m in MODULES if not m.startswith('equivalence_tests')]
)
def test_every_public_name_has_a_docstring_with_shapes(module):
  if module.endswith('__init__'):
    assert ast.get_docstring(ast.parse(source(module)))
    return
  for name, value in public(module):
    docstring = inspect.getdoc(value) or ''
    assert '[' in docstring, f'{name}: no shapes in {docstring!r}'


@pytest.mark.parametrize('module', MODULES)
def test_functions_are_short(module):
  for node in ast.walk(ast.parse(source(module))):
    if isinstance(node, ast.FunctionDef):
      body = node.body[1:] if ast.get_docstring(node) else node.body
      nested = [n for n in body if isinstance(n, ast.FunctionDef)]
      first, last = body[0].lineno, body[-1].end_lineno
      inner = sum(n.end_lineno - n.lineno + 1 for n in nested)
      length = last - first + 1 - inner
      assert length <= 25, f'{module}.{node.name} is {length} lines long'
