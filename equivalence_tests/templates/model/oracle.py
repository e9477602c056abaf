"""The network as a float64 loop, which shares no code with the ways."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import cut
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import exact, real, stack, tanh


@cut
def my_rnn(
  variables: Mapping[str, Any],
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """Return the last h [features], and every h_t [time, features]."""
  cell = variables['params']['cell']
  leak = hyperparameters.get('leak', 0.5)
  features = hyperparameters['features']
  given = initial_carry is not None
  h, hs = real(initial_carry) if given else exact(np.zeros(features)), []
  for x in xs:
    new = tanh(h @ cell['recurrent']['kernel'] + affine(cell['input'], x))
    h = leak * h + (1 - leak) * new
    hs.append(h)
  return h, stack(hs, (features,))
