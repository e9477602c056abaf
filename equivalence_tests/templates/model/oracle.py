"""The network as a loop in float64, which no way has a part in."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import exact, stack, tanh


def my_rnn(
  variables: Mapping[str, Any], xs: np.ndarray, hyperparameters: dict[str, Any]
) -> Any:
  """The loop of its equation: xs [time, inputs] -> h_time, every h_t."""
  cell = variables['params']['cell']
  leak = hyperparameters.get('leak', 0.5)
  features = hyperparameters['features']
  h, hs = exact(np.zeros(features)), []
  for x in xs:
    new = tanh(h @ cell['recurrent']['kernel'] + affine(cell['input'], x))
    h = leak * h + (1 - leak) * new
    hs.append(h)
  return h, stack(hs, (features,))
