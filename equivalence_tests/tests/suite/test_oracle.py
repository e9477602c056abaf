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
from equivalence_tests.suite.programs import programs_of
from equivalence_tests.suite.strictness import OPTIMISED, width
from equivalence_tests.suite.terms import float64_loop
from equivalence_tests.suite.trial import Trial, derivative_ins
from equivalence_tests.suite.ways import OWN, find

# its derivative is that of its last step: `test_control.py` has it
ONE_STEP = ('ponder_rnn',)
SMOOTH = [
  pytest.param(model, row, id=f'{model} {number}')
  for model, case in CASES.items()
  for number, row in enumerate(case.rows)
  if row.dtype == 'float64' and model not in ONE_STEP
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


def differences(trial, tangents):
  """How fast each output of the oracle's loop moves along the tangents."""
  up, down = (moved(trial, tangents, sign * 1e-6) for sign in (1, -1))
  return {path: (up[path] - down[path]) / 2e-6 for path in up}


@pytest.mark.parametrize(('model', 'setting'), SMOOTH)
def test_the_slope_of_the_oracle_is_the_derivative_of_the_ways(model, setting):
  """Forward, output by output; and what comes back, in the same direction."""
  close = {'rtol': 1e-6, 'atol': 1e-7}
  with width('float64'):
    trial = Trial((find('pure'),), CASES[model], Example(setting, key=2))
    *ins, tangents = derivative_ins(trial, 'jvp')
    expected = differences(trial, tangents)
    if 'jvp' in programs_of(CASES[model], setting):
      outputs, slopes = trial.first.run('jvp', *ins, tangents)
      assert slopes.keys() == outputs.keys() <= expected.keys()
      for path, slope in slopes.items():
        there = expected[path]
        np.testing.assert_allclose(slope, there, err_msg=path, **close)
    *ins, weights = derivative_ins(trial, 'vjp')
    (back,) = trial.first.run('vjp', *ins, weights)
    along = sum(np.vdot(back[path], tangents[path]) for path in back)
    forward = sum(np.vdot(weights[path], expected[path]) for path in weights)
    np.testing.assert_allclose(along, forward, **close)


def test_the_cell_of_flax_is_near_in_plain_ulp_too():
  setting = Setting({'features': 3}, {'time': 5, 'inputs': 2})
  example = Example(setting, key=4)
  trial = Trial(tuple(find(way) for way in OWN), CASES['elman'], example)
  hyperparameters = {'features': 3, 'dtype': 'float32'}
  flax = lambda variables, *xs: flax_elman(variables, *xs, hyperparameters)
  lowered = jax.jit(flax).lower(trial.variables, *trial.xs)
  theirs = lowered.compile(OPTIMISED)(trial.variables, *trial.xs)
  got = trial.first.run('apply', *trial.ins)
  jax.tree.map(
    lambda a, b: np.testing.assert_array_max_ulp(np.asarray(a), b, maxulp=8),
    theirs,
    jax.tree.map(np.asarray, got),
  )
