"""The Elman network, with `lax.scan`."""

from functools import partial

from jax import numpy as jnp

from core_rnn.networks.cells import Elman, Recurrent
from core_rnn.networks.kinds import Activation
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.over_time import Cell, over_time


def elman_cell(n: Recurrent, activation: Activation = jnp.tanh) -> Cell:
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
  dense = n.layer(n.kernel_init, n.bias_init)

  def init(draw, shape):
    square = (n.features, n.features)
    return {
      'recurrent': n.recurrent_init(draw(1), square, n.param_dtype),
      'input': dense_init(partial(draw, 'input'), dense, shape[-1]),
    }

  def step(params, h, x):
    recurrent = params['recurrent'].astype(h.dtype)
    h = activation(h @ recurrent + dense_apply(dense, params['input'], x))
    return h, h

  return Cell(init, n.first, step)


@as_pure(Elman)
def elman(n: Elman) -> Functions:
  return over_time(
    elman_cell(n, n.activation), n.reverse, n.unroll, n.zero_padding
  )
