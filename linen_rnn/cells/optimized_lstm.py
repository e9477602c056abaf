"""The fused LSTM, with `nn.scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.optimized_lstm import OptimizedLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.types import LSTMCarry
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class OptimizedLSTMCell(nn.Module):
  """The parameters and the step: (c, h), x -> (c, h), h."""

  n: OptimizedLSTM

  @nn.compact
  def __call__(self, carry, x):
    """Return (c_t, h_t) and y_t = h_t, each [features]."""
    n, (c, h) = self.n, carry
    if self.is_initializing():  # the dense layers make the parameters
      for gate in 'ifgo':
        DenseLayer(n, n.kernel_init, name=f'i{gate}')(x)
        DenseLayer(n, n.recurrent_init, n.bias_init, name=f'h{gate}')(h)
    params = self.variables['params']
    of = lambda kind, leaf: [params[kind + g][leaf] for g in 'ifgo']
    w, b = (jnp.concatenate(of('h', p), -1) for p in ('kernel', 'bias'))
    from_h = jnp.split(h @ w.astype(h.dtype) + b.astype(h.dtype), 4)
    w = jnp.concatenate(of('i', 'kernel'), -1)
    from_x = jnp.split(x.astype(h.dtype) @ w.astype(h.dtype), 4)
    gates = (nn.sigmoid, nn.sigmoid, nn.tanh, nn.sigmoid)
    i, f, g, o = map(lambda s, a, b: s(a + b), gates, from_h, from_x)
    c = f * c + i * g
    h = o * nn.tanh(c)
    return LSTMCarry(c, h), h


class OptimizedLSTMNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> (c, h), hs."""

  n: OptimizedLSTM

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return (c, h) of the last step, every h_t [time, features]."""
    n, cell = self.n, OptimizedLSTMCell(self.n, name='cell')
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = lambda cell, h, x: freeze_carry(cell, h_0)(h, x)
    how = {'reverse': n.reverse, 'unroll': n.unroll}
    how['split_rngs'] = {'params': False}  # one key for all steps
    scan = nn.scan(step, variable_broadcast='params', **how)
    h, hs = scan(cell, h_0, mark_padding(xs, seq_length, n.reverse))
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> nn.Module:
  return OptimizedLSTMNetwork(n)
