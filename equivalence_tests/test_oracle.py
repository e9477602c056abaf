"""The oracle stands alone, and its slopes are those that the ways derive."""

import ast
import inspect

import jax
import numpy as np
import pytest

from equivalence_tests import oracle
from equivalence_tests.cases import CASES, Example, Setting, arrays
from equivalence_tests.claims import Trial
from equivalence_tests.programs import normal
from equivalence_tests.strictness import width
from equivalence_tests.ways import OWN, find


def test_the_oracle_knows_nothing_of_what_it_judges():
  tree = ast.parse(inspect.getsource(oracle))
  imported = {
    name
    for node in ast.walk(tree)
    if isinstance(node, ast.Import | ast.ImportFrom)
    for name in (
      [node.module]
      if isinstance(node, ast.ImportFrom)
      else [alias.name for alias in node.names]
    )
  }
  assert imported == {'collections.abc', 'typing', 'numpy', 'flax'}


@pytest.mark.parametrize(
  ('model', 'sizes'),
  [('dense', {'inputs': 2}), ('elman', {'time': 4, 'inputs': 2})],
)
def test_the_slope_of_the_oracle_is_the_jvp_of_the_ways(model, sizes):
  case = CASES[model]
  setting = Setting({'features': 3, 'param_dtype': 'float64'}, sizes, 'float64')
  with width('float64'):
    trial = Trial((find('pure'),), case, Example(setting, key=2))
    tangents = normal((trial.first.variables, *trial.first.batched), 7)
    ins = (trial.variables, *trial.xs)
    _, slope = trial.first.run('jvp', trial.variables, trial.xs, tangents)

    def along(step):
      moved = jax.tree.map(
        lambda leaf, tangent: np.asarray(leaf) + step * tangent, ins, tangents
      )
      return case.oracle(*moved, setting.hyperparameters)[0]

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
  (xs,) = arrays(trial.case, example)
  hyperparameters = {'features': 3, 'dtype': 'float32'}
  theirs = oracle.flax_elman(trial.variables, xs, hyperparameters)
  got = trial.first.run('apply', trial.variables, xs)
  jax.tree.map(
    lambda a, b: np.testing.assert_array_max_ulp(np.asarray(a), b, maxulp=8),
    theirs,
    jax.tree.map(np.asarray, got),
  )
