"""The LSTM."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.networks.cells.lstm import LSTM
from core_rnn.types import LSTMCarry

from .bridge import Make, as_nnx
from .dense import Dense
from .network import Network


class LSTMCell(nnx.Module):
  """The parameters and the step: (c, h), x -> (c, h), h."""

  def __init__(self, features, inits, dtype, draw, inputs):
    """Make the eight layers; inits has one each for W_h, W_x and b."""
    recurrent_init, kernel_init, bias_init = inits
    self.features = features
    into = (inputs, features, [kernel_init], dtype)
    back = (features, features, [recurrent_init, bias_init], dtype)
    for gate in 'ifgo':
      for name, layer in ((f'i{gate}', into), (f'h{gate}', back)):
        setattr(self, name, Dense(partial(draw, name), *layer))

  def zero_carry(self, dtype):
    """Return c_0 = h_0 = 0, each [features]."""
    return LSTMCarry(*(jnp.zeros(self.features, dtype) for _ in 'ch'))

  def __call__(self, carry, x):
    """Return (c_t, h_t) and y_t = h_t, each [features]."""
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
