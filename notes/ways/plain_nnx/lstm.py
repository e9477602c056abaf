"""The LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t), with gates i, f, o."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.networks.cells import LSTM
from core_rnn.types import LSTMCarry

from .bridge import Make, as_nnx
from .dense import Dense
from .network import Network


class LSTMCell(nnx.Module):
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  def __init__(self, features, inits, dtype, draw, inputs):
    """Of inits, one each for U, W and b of every gate x W + h U + b."""
    recurrent_init, kernel_init, bias_init = inits
    self.features = features
    into = (inputs, features, [kernel_init], dtype)
    back = (features, features, [recurrent_init, bias_init], dtype)
    for gate in 'ifgo':
      for name, layer in ((f'i{gate}', into), (f'h{gate}', back)):
        setattr(self, name, Dense(partial(draw, name), *layer))

  def first(self, dtype):
    """c_0 = h_0 = 0, [features]."""
    return LSTMCarry(*(jnp.zeros(self.features, dtype) for _ in 'ch'))

  def __call__(self, carry, x):
    """(c, h), x -> (c, h), h: x [inputs], the others [features]."""
    c, h = carry
    # by getattr, as `if` is no attribute in Python
    layer = lambda name, x: getattr(self, name)(x, h.dtype)
    gate = lambda name: layer(f'i{name}', x) + layer(f'h{name}', h)
    i, f = nnx.sigmoid(gate('i')), nnx.sigmoid(gate('f'))
    g, o = jnp.tanh(gate('g')), nnx.sigmoid(gate('o'))
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h


@as_nnx(LSTM)
def lstm(n: LSTM) -> Make:
  inits = (n.recurrent_init, n.kernel_init, n.bias_init)
  cell = partial(LSTMCell, n.features, inits, n.param_dtype)
  how = (n.dtype, n.reverse, n.unroll)
  return partial(Network, cell, *how, zeros=n.zero_padding)
