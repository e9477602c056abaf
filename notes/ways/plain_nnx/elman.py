"""The Elman network: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.networks.cells import Elman

from .bridge import Make, as_nnx
from .dense import Dense
from .network import Network


class ElmanCell(nnx.Module):
  """h, x -> h, h: x [inputs], h [features]."""

  def __init__(self, features, inits, dtype, draw, inputs, act=jnp.tanh):
    """Of inits, one each for W_hh, W_xh and b_h, which are of dtype."""
    recurrent_init, *others = inits
    shape = (features, features)
    recurrent = recurrent_init(draw(1), shape, dtype)
    self.recurrent = nnx.Param(recurrent)
    draw = partial(draw, 'input')
    self.input = Dense(draw, inputs, features, others, dtype)
    self.features, self.activation = features, act

  def first(self, dtype):
    """h_0 = 0, [features]."""
    return jnp.zeros(self.features, dtype)

  def __call__(self, h, x):
    """h, x -> h, h: x [inputs], h [features]."""
    z = h @ self.recurrent.astype(h.dtype) + self.input(x, h.dtype)
    h = self.activation(z)
    return h, h


@as_nnx(Elman)
def elman(n: Elman) -> Make:
  inits = (n.recurrent_init, n.kernel_init, n.bias_init)
  cell = partial(ElmanCell, n.features, inits, n.param_dtype, act=n.activation)
  how = (n.dtype, n.reverse, n.unroll)
  return partial(Network, cell, *how, zeros=n.zero_padding)
