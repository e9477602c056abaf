"""The Elman cell with one kernel: h_t = tanh([h_{t-1} x] W + b)."""

from functools import partial
from typing import Any

from core_rnn.equations.backward_passes.elman import (
  elman_backward,
  elman_forward,
)
from core_rnn.equations.backward_passes.loop import (
  BackwardPass,
  CellEquations,
  Weights,
)


def concatenated_weights(params: Any) -> Weights:
  """Return W_xh, b_h and W_hh: the first rows of W are W_hh."""
  kernel, bias = (params['joint'][name] for name in ('kernel', 'bias'))
  return Weights((kernel[len(bias) :],), (bias,), (kernel[: len(bias)],))


over_time = partial(
  BackwardPass,
  CellEquations(concatenated_weights, elman_forward, elman_backward),
)
