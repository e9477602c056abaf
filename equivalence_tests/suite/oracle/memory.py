"""Networks that compute again, as loops that compute once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import elman_of
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import Real, real, tanh

Params = Mapping[str, Any]


def remat_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """The Elman network: what is saved shows in no number."""
  return elman_of(
    variables['params']['cell']['elman'], xs, hyperparameters, **given
  )


def remat_stack(
  variables: Params, x: Real, hyperparameters: dict[str, Any]
) -> Any:
  """x + tanh(x W + b), layer by layer, group by group: x [features]."""
  dense = variables['params']['layers']['dense']
  y = real(x)
  for place in np.ndindex(*hyperparameters['lengths']):
    layer = {name: array[place] for name, array in dense.items()}
    y = y + tanh(affine(layer, y))
  return y
