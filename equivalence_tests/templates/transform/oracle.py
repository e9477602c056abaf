"""The network as a float64 loop, which shares no code with the ways."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import cut, elman_step
from equivalence_tests.suite.oracle.rounding import exact, real, stack


@cut
def my_rnn(
  variables: Mapping[str, Any],
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """Return the last h [features], and every h_t [time, features]."""
  elman = variables['params']['cell']['elman']
  features = hyperparameters['features']
  given = initial_carry is not None
  h, hs = real(initial_carry) if given else exact(np.zeros(features)), []
  for x in xs:
    for _ in range(hyperparameters.get('turns', 3)):
      h = elman_step(elman, h, x)
    hs.append(h)
  return h, stack(hs, (features,))
