"""The minimal GRU, with `nn.scan` or an associative scan."""

from flax import linen as nn

from core_rnn.equations.linear import run
from core_rnn.networks.cells.min_gru import MinGRU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class MinGRUCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: MinGRU

  @nn.compact
  def terms(self, x):
    """Return a and b of h_t = a h_{t-1} + b, each [features]."""
    n, inits = self.n, (self.n.kernel_init, self.n.bias_init)
    z = nn.sigmoid(DenseLayer(n, *inits, name='iz')(x))
    return 1 - z, z * DenseLayer(n, *inits, name='ih')(x)

  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    a, b = self.terms(x)
    h = a * h + b
    return h, h


class MinGRUNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: MinGRU

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return h of the last step, and every h_t [time, features]."""
    n, cell = self.n, MinGRUCell(self.n, name='cell')
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    one_key = {'params': False}  # one key for all steps
    valid, xs = mark_padding(xs, seq_length, n.reverse)
    if n.mode == 'associative':
      xs = xs.astype(n.dtype or xs.dtype)
      all_terms = nn.vmap(MinGRUCell.terms, {'params': None}, one_key)
      a, b = all_terms(cell, xs)
      h, hs = run(a, b, h_0, valid, n.reverse)
    else:
      step = lambda cell, h, x: freeze_carry(cell, h_0)(h, x)
      how = {'reverse': n.reverse, 'unroll': n.unroll}
      how['split_rngs'] = one_key
      scan = nn.scan(step, variable_broadcast='params', **how)
      h, hs = scan(cell, h_0, (valid, xs))
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(MinGRU)
def min_gru(n: MinGRU) -> nn.Module:
  return MinGRUNetwork(n)
