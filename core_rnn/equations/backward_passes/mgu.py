"""The MGU: h_t = (1 - f) n + f h_{t-1}, n = tanh(from_x + f from_h)."""

from functools import partial
from typing import Any

from jax import nn
from jax import numpy as jnp

from core_rnn.equations.backward_passes.gates import gate_weights
from core_rnn.equations.backward_passes.loop import (
  BackwardPass,
  CellEquations,
  Weights,
)


def mgu_weights(params: Any) -> Weights:
  """Return the weights of f and n; from_h of n has a bias of its own."""
  weights = gate_weights(params, 'fn', with_bias='i')
  return weights._replace(recurrent_bias=params['hn']['bias'])


def mgu_forward(h: Any, from_x: Any, from_h: Any) -> Any:
  """Return the next h, and the residuals."""
  f = nn.sigmoid(from_x[0] + from_h[0])
  n = jnp.tanh(from_x[1] + f * from_h[1])
  return (1 - f) * n + f * h, (f, n, from_h[1])


def mgu_backward(residuals: Any, previous_h: Any, h: Any, d_h: Any) -> Any:
  """Return d_carry, d_from_x, and d_from_h of n."""
  del h
  f, n, n_from_h = residuals
  d_n = d_h * (1 - f) * (1 - n * n)
  d_f = (d_h * (previous_h - n) + d_n * n_from_h) * f * (1 - f)
  return d_h * f, (d_f, d_n), d_n * f


over_time = partial(
  BackwardPass, CellEquations(mgu_weights, mgu_forward, mgu_backward)
)
