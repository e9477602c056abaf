"""The oracle stands alone, and its slopes are those that the ways derive."""

import ast
import importlib
import inspect
import pkgutil

import jax
import numpy as np
import pytest

from equivalence_tests import oracle
from equivalence_tests.cases import Example, Setting
from equivalence_tests.claims import Trial, derivative_ins
from equivalence_tests.compare import floating
from equivalence_tests.models import CASES
from equivalence_tests.oracle.first import flax_elman
from equivalence_tests.oracle.rounding import apart
from equivalence_tests.strictness import width
from equivalence_tests.ways import OWN, find


def imported(module):
  tree = ast.parse(inspect.getsource(importlib.import_module(module)))
  for node in ast.walk(tree):
    if isinstance(node, ast.ImportFrom):
      yield node.module
    elif isinstance(node, ast.Import):
      yield from (alias.name for alias in node.names)


@pytest.mark.parametrize(
  'module', [m.name for m in pkgutil.iter_modules(oracle.__path__)]
)
def test_the_oracle_knows_nothing_of_what_it_judges(module):
  own = 'equivalence_tests.oracle.'
  allowed = {'collections.abc', 'typing', 'numpy', 'flax', 'hashlib', 'jax'}
  names = {n for n in imported(own + module) if not n.startswith(own)}
  assert names <= allowed


@pytest.mark.parametrize(
  ('model', 'sizes'),
  [('dense', {'inputs': 2}), ('elman', {'time': 4, 'inputs': 2})],
)
def test_the_slope_of_the_oracle_is_the_jvp_of_the_ways(model, sizes):
  case = CASES[model]
  setting = Setting({'features': 3, 'param_dtype': 'float64'}, sizes, 'float64')
  with width('float64'):
    trial = Trial((find('pure'),), case, Example(setting, key=2))
    ins = derivative_ins(trial, 'jvp')
    tangents = ins[-1]
    _, slope = trial.first.run('jvp', *ins)
    point = {'variables': trial.variables, 'xs': trial.xs}

    def along(step):
      moved = jax.tree_util.tree_map_with_path(
        lambda path, leaf: (
          np.asarray(leaf) + step * tangents[jax.tree_util.keystr(path)]
        ),
        point,
      )
      outputs = case.oracle(
        moved['variables'], *moved['xs'], setting.hyperparameters
      )
      return floating(apart(outputs)[0])

    step = 1e-6
    difference = jax.tree.map(
      lambda up, down: (up - down) / (2 * step), along(step), along(-step)
    )
    jax.tree.map(
      lambda want, got: np.testing.assert_allclose(got, want, rtol=1e-7),
      difference,
      slope,
    )


def test_the_cell_of_flax_is_near_in_plain_ulp_too():
  setting = Setting({'features': 3}, {'time': 5, 'inputs': 2})
  example = Example(setting, key=4)
  trial = Trial(tuple(find(way) for way in OWN), CASES['elman'], example)
  hyperparameters = {'features': 3, 'dtype': 'float32'}
  theirs = flax_elman(trial.variables, *trial.xs, hyperparameters)
  got = trial.first.run('apply', *trial.ins)
  jax.tree.map(
    lambda a, b: np.testing.assert_array_max_ulp(np.asarray(a), b, maxulp=8),
    theirs,
    jax.tree.map(np.asarray, got),
  )
