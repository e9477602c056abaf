"""Networks that see their variables otherwise, as loops."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.oracle.cells import elman_of
from equivalence_tests.suite.oracle.rounding import Real, real

Params = Mapping[str, Any]


def causal_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman, of a kernel that is 0 below the diagonal: xs [time, inputs]."""
  params = variables['params']['cell']['elman']
  kernel = params['recurrent'].map(np.triu)
  return elman_of({**params, 'recurrent': kernel}, xs, hyperparameters, **given)


def polyak_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman, and its parameters averaged: xs [time, inputs]."""
  averaged = hyperparameters.get('averaged', False)
  momentum = hyperparameters.get('momentum', 0.9)
  cell = variables['average' if averaged else 'params']['cell']
  outputs = elman_of(cell, xs, hyperparameters, **given)
  if averaged:
    return outputs, {'average': jax.tree.map(real, variables['average'])}
  move = lambda a, p: real(a) * momentum + real(p) * (1 - momentum)
  moved = jax.tree.map(move, variables['average'], variables['params'])
  return outputs, {'average': moved}
