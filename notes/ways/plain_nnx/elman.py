"""The Elman network."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman

from .bridge import Make, as_nnx
from .dense import Dense
from .network import Network


class ElmanCell(nnx.Module):
  """The parameters and the step: h, x -> h, h."""

  def __init__(self, features, inits, dtype, draw, inputs, act=jnp.tanh):
    """Make W_hh, W_xh and b_h of this dtype; inits has one each."""
    recurrent_init, *others = inits
    shape = (features, features)
    recurrent = recurrent_init(draw(1), shape, dtype)
    self.recurrent = nnx.Param(recurrent)
    draw = partial(draw, 'input')
    self.input = Dense(draw, inputs, features, others, dtype)
    self.features, self.activation = features, act

  def zero_carry(self, dtype):
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, dtype)

  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    z = h @ self.recurrent.astype(h.dtype) + self.input(x, h.dtype)
    h = self.activation(z)
    return h, h


@as_nnx(Elman)
def elman(n: Elman) -> Make:
  inits = (n.recurrent_init, n.kernel_init, n.bias_init)
  cell = partial(ElmanCell, n.features, inits, n.param_dtype, act=n.activation)
  how = (n.dtype, n.reverse, n.unroll)
  return partial(Network, cell, *how, zeros=n.zero_padding)
