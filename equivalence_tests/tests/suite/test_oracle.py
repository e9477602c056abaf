"""The oracle stands alone, and its slopes are those that the ways derive."""

import ast
import importlib
import inspect
import pkgutil

import jax
import numpy as np
import pytest

from equivalence_tests.suite import oracle
from equivalence_tests.suite.cases import Example, Setting
from equivalence_tests.suite.compare import leaves
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.oracle.cells import flax_elman
from equivalence_tests.suite.strictness import width
from equivalence_tests.suite.terms import float64_loop
from equivalence_tests.suite.trial import Trial, derivative_ins
from equivalence_tests.suite.ways import OWN, find

# its derivative is that of its last step: `test_control.py` has it
ONE_STEP = ('ponder_rnn',)
SMOOTH = [
  model
  for model, case in CASES.items()
  if any(row.dtype == 'float64' for row in case.rows)
  and model not in ONE_STEP
  and 'jvp' not in case.lacks
]


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
  own = 'equivalence_tests.suite.oracle.'
  ours = ('core_rnn', 'linen_rnn', 'equivalence_tests')
  names = [n for n in imported(own + module) if n.startswith(ours)]
  assert all(name.startswith(own) for name in names)


def moved(trial, tangents, step):
  """What the oracle's loop returns a step along the tangents."""
  point = {'variables': trial.variables, 'xs': trial.xs}

  def shift(path, leaf):
    tangent = tangents.get(jax.tree_util.keystr(path), 0)
    return leaf if isinstance(tangent, int) else leaf + step * tangent

  there = jax.tree_util.tree_map_with_path(shift, point)
  other = Trial((find('pure'),), trial.case, trial.example)
  other.variables = there['variables']
  values, _ = float64_loop(other, there['xs'])
  paths = leaves(trial.first.outputs)
  return dict(zip(paths, jax.tree.leaves(values), strict=True))


@pytest.mark.parametrize('model', SMOOTH)
def test_the_slope_of_the_oracle_is_the_jvp_of_the_ways(model):
  (setting,) = (s for s in CASES[model].rows if s.dtype == 'float64')
  with width('float64'):
    trial = Trial((find('pure'),), CASES[model], Example(setting, key=2))
    *ins, tangents = derivative_ins(trial, 'jvp')
    outputs, slopes = trial.first.run('jvp', *ins, tangents)
    up, down = (moved(trial, tangents, sign * 1e-6) for sign in (1, -1))
    assert slopes.keys() == outputs.keys() <= up.keys()
    for path in slopes:
      difference = (up[path] - down[path]) / 2e-6
      np.testing.assert_allclose(
        slopes[path], difference, rtol=1e-6, atol=1e-7, err_msg=path
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
