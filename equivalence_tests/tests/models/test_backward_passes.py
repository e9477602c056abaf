"""The custom backward passes, against JAX's derivatives of what the ways write.

In the pure way alone, as the claim `program` says that all ways are one.
"""

from dataclasses import fields

import numpy as np
import pytest
from jax import numpy as jnp

from core_rnn.equations.backward_passes import BACKWARD_PASSES
from core_rnn.networks.cells import CELLS, LAYERS
from equivalence_tests.suite.cases import Example
from equivalence_tests.suite.compare import leaves
from equivalence_tests.suite.covering import covering
from equivalence_tests.suite.judge import setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.trial import Trial, derivative_ins
from equivalence_tests.suite.ways import find

ULP = 16  # of the largest entry of all derivatives
HAND_WRITTEN = [name for name, cell in CELLS.items() if cell.backward_pass]


def rows(model, cells):
  """The covering rows of a model, each with the next of the cells."""
  for i, row in enumerate(covering(CASES[model])):
    cell = cells[i % len(cells)]
    own = {**row.hyperparameters, 'cell': cell}
    setting = row._replace(hyperparameters=own)
    yield pytest.param(model, setting, id=f'{model}-{i}-{cell}')


def without(setting, *names):
  """The setting, without these hyperparameters."""
  kept = setting.hyperparameters.items()
  return setting._replace(
    hyperparameters={name: value for name, value in kept if name not in names}
  )


def coarsest(setting):
  """The largest relative spacing of the dtypes of a setting."""
  own = setting.hyperparameters
  names = setting.dtype, own.get('dtype'), own.get('param_dtype')
  return max(float(jnp.finfo(name).eps) for name in names if name)


def ulp_apart(got, expected, eps):
  """The largest difference, in units of the largest entry of all leaves.

  Not of each leaf: what its terms come to may be next to nothing.
  """
  ours, theirs = (
    np.concatenate([np.ravel(x).astype(float) for x in leaves(tree).values()])
    for tree in (got, expected)
  )
  assert np.isfinite(ours).all()
  return np.abs(ours - theirs).max() / (eps * np.abs(theirs).max())


def agree(setting, custom, usual):
  """The derivatives of two models are those of one function.

  Args:
    setting: of the model with the custom backward pass.
    custom: its name.
    usual: the name and the setting of the model that JAX differentiates.
  """
  way = find('pure')
  with setting_width(setting):
    trial = Trial((way,), CASES[custom], Example(setting, 3))
    ins = derivative_ins(trial, 'vjp')
    got = trial.first.run('vjp', *ins)
    model, other = usual
    expected = subject(way, CASES[model], other).run('vjp', *ins)
    assert ulp_apart(got, expected, coarsest(setting)) <= ULP


def test_every_layer_has_a_backward_pass():
  assert BACKWARD_PASSES.keys() == LAYERS.keys()


CELL_ROWS = [*rows('bptt', HAND_WRITTEN)]
RUNNER_ROWS = [*rows('rnn', [*CELLS]), *rows('deep_rnn', [*LAYERS][::-1])]


def test_every_backward_pass_is_in_a_row_of_no_less_than_32_bits():
  settings = [row.values[1] for row in (*CELL_ROWS, *RUNNER_ROWS)]
  exact = {s.hyperparameters['cell'] for s in settings if coarsest(s) < 1e-6}
  assert exact == BACKWARD_PASSES.keys()


@pytest.mark.parametrize(('model', 'setting'), CELL_ROWS)
def test_hand_written_derivatives_are_those_of_the_cell(model, setting):
  cell = setting.hyperparameters['cell']
  taken = {field.name for field in fields(LAYERS[cell])}
  others = setting.hyperparameters.keys() - taken
  agree(setting, model, (cell, without(setting, *others)))


@pytest.mark.parametrize(('model', 'setting'), RUNNER_ROWS)
def test_runners_have_the_derivatives_of_their_loops(model, setting):
  own = {**setting.hyperparameters, 'deferred': True}
  custom = setting._replace(hyperparameters=own)
  agree(custom, model, (model, without(setting, 'deferred')))
