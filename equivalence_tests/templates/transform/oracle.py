"""The network as a loop in float64, which no way has a part in."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import elman_step
from equivalence_tests.suite.oracle.rounding import exact, stack


def my_rnn(
  variables: Mapping[str, Any], xs: np.ndarray, hyperparameters: dict[str, Any]
) -> Any:
  """elman, turns times for each x: xs [time, inputs] -> h_time, every h_t."""
  elman = variables['params']['cell']['elman']
  features = hyperparameters['features']
  h, hs = exact(np.zeros(features)), []
  for x in xs:
    for _ in range(hyperparameters.get('turns', 3)):
      h = elman_step(elman, h, x)
    hs.append(h)
  return h, stack(hs, (features,))
