"""The GRU: h_t = (1 - z) n + z h_{t-1}, n = tanh(from_x + r from_h)."""

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


def gru_weights(params: Any) -> Weights:
  """Return the weights of r, z and n; from_h of n has a bias of its own."""
  weights = gate_weights(params, 'rzn', with_bias='i')
  return weights._replace(recurrent_bias=params['hn']['bias'])


def gru_forward(h: Any, from_x: Any, from_h: Any) -> Any:
  """Return the next h, and the residuals."""
  r = nn.sigmoid(from_x[0] + from_h[0])
  z = nn.sigmoid(from_x[1] + from_h[1])
  n = jnp.tanh(from_x[2] + r * from_h[2])
  return (1 - z) * n + z * h, (r, z, n, from_h[2])


def gru_backward(residuals: Any, previous_h: Any, h: Any, d_h: Any) -> Any:
  """Return d_carry, d_from_x, and d_from_h of n."""
  del h
  r, z, n, n_from_h = residuals
  d_n = d_h * (1 - z) * (1 - n * n)
  d_r = d_n * n_from_h * r * (1 - r)
  d_z = d_h * (previous_h - n) * z * (1 - z)
  return d_h * z, (d_r, d_z, d_n), d_n * r


over_time = partial(
  BackwardPass, CellEquations(gru_weights, gru_forward, gru_backward)
)
