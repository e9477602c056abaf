"""The GRU."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.networks.cells.gru import GRU

from .bridge import Make, as_nnx
from .dense import Dense
from .network import Network


class GRUCell(nnx.Module):
  """The parameters and the step: h, x -> h, h."""

  def __init__(self, features, inits, dtype, draw, inputs):
    """Make the six layers; inits has one each for W_h, W_x and b."""
    recurrent_init, kernel_init, bias_init = inits
    self.features = features
    into = (inputs, features, [kernel_init, bias_init], dtype)
    back = (features, features, [recurrent_init], dtype)
    both = (features, features, [recurrent_init, bias_init], dtype)
    gates = {'ir': into, 'hr': back, 'iz': into, 'hz': back}
    for name, layer in {**gates, 'in': into, 'hn': both}.items():
      setattr(self, name, Dense(partial(draw, name), *layer))

  def zero_carry(self, dtype):
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, dtype)

  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    # by getattr, as `in` is no attribute in Python
    layer = lambda name, x: getattr(self, name)(x, h.dtype)
    r = nnx.sigmoid(layer('ir', x) + layer('hr', h))
    z = nnx.sigmoid(layer('iz', x) + layer('hz', h))
    n = jnp.tanh(layer('in', x) + r * layer('hn', h))
    h = (1 - z) * n + z * h
    return h, h


@as_nnx(GRU)
def gru(n: GRU) -> Make:
  inits = (n.recurrent_init, n.kernel_init, n.bias_init)
  cell = partial(GRUCell, n.features, inits, n.param_dtype)
  how = (n.dtype, n.reverse, n.unroll)
  return partial(Network, cell, *how, zeros=n.zero_padding)
