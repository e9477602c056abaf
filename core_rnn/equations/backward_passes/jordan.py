"""The Jordan cell: y_t = tanh(x W_ih + b_h + y_{t-1} W_hh) W_ho + b_o."""

from functools import partial
from typing import Any

from jax import lax
from jax import numpy as jnp

from core_rnn.equations.backward_passes.affine import affine
from core_rnn.equations.backward_passes.jax_vjp import JaxBackwardPass
from core_rnn.padding import freeze_carry


def jordan(
  params: Any, y_0: Any, valid: Any, xs: Any, reverse: bool, unroll: int
) -> tuple[Any, Any]:
  """Return the last y [..., features], and every y_t [time, ..., features].

  The products with all x_t are one product before the loop.
  """
  from_xs = affine(params['ih'], xs.astype(y_0.dtype))

  def step(y, from_x):
    kernel = params['hh']['kernel'].astype(y.dtype)
    y = affine(params['ho'], jnp.tanh(from_x + y @ kernel))
    return y, y

  steps = (valid, from_xs)
  step = freeze_carry(step, y_0)
  return lax.scan(step, y_0, steps, reverse=reverse, unroll=unroll)


over_time = partial(JaxBackwardPass, jordan)
