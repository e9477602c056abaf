"""The Elman cell: h_t = tanh(x W_xh + b_h + h_{t-1} W_hh)."""

from functools import partial
from typing import Any

from jax import numpy as jnp

from core_rnn.equations.backward_passes.loop import (
  BackwardPass,
  CellEquations,
  Weights,
)


def elman_weights(params: Any) -> Weights:
  """Return W_xh, b_h and W_hh."""
  dense = params['input']
  return Weights((dense['kernel'],), (dense['bias'],), (params['recurrent'],))


def elman_forward(h: Any, from_x: Any, from_h: Any) -> Any:
  """Return the next h. There are no residuals except h itself."""
  return jnp.tanh(from_h[0] + from_x[0]), None


def elman_backward(residuals: None, previous_h: Any, h: Any, d_h: Any) -> Any:
  """Return d_carry = 0 and d_from_x."""
  del residuals, previous_h
  return jnp.zeros_like(h), (d_h * (1 - h * h),), None


over_time = partial(
  BackwardPass, CellEquations(elman_weights, elman_forward, elman_backward)
)
