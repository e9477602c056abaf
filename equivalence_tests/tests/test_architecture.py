"""Which package knows which, and what every file owes its reader."""

import ast
import importlib
import inspect
import pydoc
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from core_rnn.networks import FAMILIES, cells
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
  f'core_rnn.{name}'
  for name in ('initializers', 'keys', 'kinds', 'merging', 'model', 'types')
)
DESCRIBED = ('core_rnn.networks', *BASE)
# what several ways call, as they call JAX
METHODS = ('core_rnn.equations', 'core_rnn.padding', 'core_rnn.outputs')
SHARED = ('core_rnn.checks', *METHODS, *DESCRIBED)

DESCRIPTIONS = {
  module: value
  for module in MODULES
  if module.startswith('core_rnn.networks.')
  for value in vars(importlib.import_module(module)).values()
  if inspect.isclass(value) and value.__module__ == module
  if issubclass(value, Network) and value is not Network
}
NETWORKS = {model_of(one.__name__): one for one in DESCRIPTIONS.values()}

# who -> what of ours it may import
ARROWS = {
  'core_rnn.pure': ('core_rnn.pure', *SHARED),
  'core_rnn.scope': ('core_rnn.scope', *SHARED),
  # a new transform's linen form is a thin wrapper on its scope form
  'linen_rnn.transforms': ('linen_rnn', 'core_rnn.scope.transforms'),
  'linen_rnn': ('linen_rnn', *SHARED),
  'core_rnn.networks': DESCRIBED,
  'core_rnn.equations': (
    'core_rnn.equations',
    'core_rnn.padding',
    'core_rnn.types',
  ),
  'core_rnn.checks': SHARED,
  'core_rnn.weights': ('core_rnn.types',),
  # it looks a way up by name, and sees only a Model
  'core_rnn.language_model': (
    'core_rnn.language_model',
    'core_rnn.model',
    'core_rnn.types',
  ),
  'core_rnn.outputs': (*DESCRIBED, 'core_rnn.padding'),
  'core_rnn': BASE,
}
PARTS_OF_THE_SUITE = (
  'suite',
  'comparing',
  'making',
  'terminal',
  'meta',
)  # each may import those before it
IN_THE_SUITE = re.compile(
  rf'equivalence_tests\.({"|".join(PARTS_OF_THE_SUITE)})\.'
)


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


@pytest.mark.parametrize(
  'module', [m for m in MODULES if IN_THE_SUITE.match(m)]
)
def test_the_suite_knows_the_ways_only_through_their_models(module):
  ways = [
    m for m in imports(module) if any(m.startswith(p) for p in OWN.values())
  ]
  assert not ways


@pytest.mark.parametrize(
  'module', [m for m in MODULES if IN_THE_SUITE.match(m)]
)
def test_a_package_of_the_suite_imports_only_those_before_it(module):
  (package,) = IN_THE_SUITE.match(module).groups()
  last = PARTS_OF_THE_SUITE.index(package)
  before = PARTS_OF_THE_SUITE[: last + 1]
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
  assert max(map(len, lines)) <= 72


@pytest.mark.parametrize('module', DESCRIPTIONS)
def test_a_description_is_one_flat_class(module):
  network = DESCRIPTIONS[module]
  assert network.__bases__ == (Network,)
  assert {*inspect.get_annotations(network)} - {'_'} == {
    field.name for field in fields(network)
  }


@pytest.mark.parametrize('module', DESCRIPTIONS)
def test_every_hyperparameter_has_a_comment(module):
  lines = source(module).splitlines()
  tree = ast.parse(source(module))
  (network,) = (n for n in tree.body if isinstance(n, ast.ClassDef))
  for node in network.body:
    if isinstance(node, ast.AnnAssign) and node.target.id != '_':
      about = lines[node.lineno - 2 : node.end_lineno]
      assert any('# ' in line for line in about), ast.unparse(node)


# what a description may take from JAX: a zero carry, a default, and dtypes
FROM_JAX = {'zeros', 'float32', 'tanh'}
ON_SIZES = (ast.Sub, ast.FloorDiv, ast.Mod, ast.BitOr)
ARRAYS = ('jax', 'numpy')


def counts(node):
  """Whether an operand is the length of something."""
  return any(
    isinstance(side, ast.Call) and ast.unparse(side.func) == 'len'
    for side in (node.left, node.right)
  )


def computed(text):
  """What the source of a description computes beside zeros and sizes."""
  tree = ast.parse(text)
  for node in ast.walk(tree):
    match node:
      case ast.Call(ast.Attribute(ast.Name('jnp'), name)) if name != 'zeros':
        yield ast.unparse(node)
      case ast.Attribute(ast.Name('jnp'), name) if name not in FROM_JAX:
        yield ast.unparse(node)
      case ast.BinOp(op=op) if not (isinstance(op, ON_SIZES) or counts(node)):
        yield ast.unparse(node)
      case ast.AugAssign() | ast.Compare():
        yield ast.unparse(node)
      case ast.Import(names):
        yield from (n.name for n in names)
      case ast.ImportFrom(str(module)) if module.split('.')[0] in ARRAYS:
        if ast.unparse(node) != 'from jax import numpy as jnp':
          yield ast.unparse(node)


@pytest.mark.parametrize('module', DESCRIPTIONS)
def test_a_description_computes_nothing(module):
  assert not [*computed(source(module))]


@pytest.mark.parametrize(
  'line',
  [
    'from jax import nn',
    'from jax import lax, numpy as jnp',
    'import numpy',
    'y = jnp.tanh(x)',
    'y = f * c + i * g',
    'y = x @ W',
    'y = x.at[0] + 1',
    'y = jnp.where(x > 0, x, 0)',
    'y += x',
    'wakes = x > self.threshold',
  ],
)
def test_a_computation_in_a_description_is_seen(line):
  assert [*computed(line)]


@pytest.mark.parametrize('way', OWN)
def test_the_cells_of_a_way_are_those_that_are_described(way):
  package = OWN[way]
  registry = importlib.import_module(f'{package}.parts.cells').CELLS
  assert list(registry) == list(cells.LAYERS)


@pytest.mark.parametrize('model', CASES)
def test_a_signature_names_the_kinds_of_hyperparameters(model):
  factory = find('pure').factory(model)
  for text in (str(inspect.signature(factory)), pydoc.render_doc(factory)):
    assert 'Annotated[' not in text


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
  'folder',
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
def test_families_have_one_name_in_every_folder(folder):
  assert {*FAMILIES} <= {path.stem for path in (ROOT / folder).iterdir()}


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
def test_every_public_name_has_a_docstring(module):
  if module.endswith('__init__'):
    assert ast.get_docstring(ast.parse(source(module)))
    return
  for name, value in public(module):
    assert inspect.getdoc(value), f'{name} has no docstring'


def lengths(text):
  """Each function of a source, and the lines of its body, nested ones too."""
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, ast.FunctionDef):
      body = node.body[1:] if ast.get_docstring(node) else node.body
      lines = [line for part in body for line in (part.lineno, part.end_lineno)]
      yield node.name, max(lines, default=0) - min(lines, default=1) + 1


@pytest.mark.parametrize('module', MODULES)
def test_functions_are_short(module):
  for name, length in lengths(source(module)):
    assert length <= 25, f'{module}.{name} is {length} lines long'


def test_the_lines_of_a_nested_function_count():
  nested = 'def f():\n  def g():\n' + '    x()\n' * 30 + '  return g\n'
  assert dict(lengths(nested)) == {'f': 32, 'g': 30}
