"""The LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t)."""

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
from core_rnn.types import LSTMCarry


def lstm_weights(params: Any) -> Weights:
  """Return the weights of i, f, g and o; the layers of h have the biases."""
  return gate_weights(params, 'ifgo', with_bias='h')


def lstm_forward(carry: LSTMCarry, from_x: Any, from_h: Any) -> Any:
  """Return the next (c, h), and the residuals."""
  i, f, g, o = (h + x for h, x in zip(from_h, from_x, strict=True))
  i, f, g, o = nn.sigmoid(i), nn.sigmoid(f), jnp.tanh(g), nn.sigmoid(o)
  c = f * carry.c + i * g
  m = jnp.tanh(c)
  return LSTMCarry(c, o * m), (i, f, g, o, carry.c, m)


def lstm_backward(
  residuals: Any, previous_h: Any, h: Any, d_next: LSTMCarry
) -> Any:
  """Return d_carry = (d_c, 0) and d_from_x."""
  del previous_h, h
  i, f, g, o, previous_c, m = residuals
  d_c = d_next.c + d_next.h * o * (1 - m * m)
  d_i = d_c * g * i * (1 - i)
  d_f = d_c * previous_c * f * (1 - f)
  d_g = d_c * i * (1 - g * g)
  d_o = d_next.h * m * o * (1 - o)
  d_carry = LSTMCarry(d_c * f, jnp.zeros_like(d_next.h))
  return d_carry, (d_i, d_f, d_g, d_o), None


over_time = partial(
  BackwardPass, CellEquations(lstm_weights, lstm_forward, lstm_backward)
)
