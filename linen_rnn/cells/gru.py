"""The GRU, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells.gru import GRU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class GRUCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: GRU

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n, of_n = self.n, (self.n.recurrent_init, self.n.bias_init)
    of_x, of_h = (n.kernel_init, n.bias_init), (n.recurrent_init,)
    from_x = lambda gate: DenseLayer(n, *of_x, name=f'i{gate}')(x)
    from_h = lambda gate: DenseLayer(n, *of_h, name=f'h{gate}')(h)
    r = nn.sigmoid(from_x('r') + from_h('r'))
    z = nn.sigmoid(from_x('z') + from_h('z'))
    new = nn.tanh(from_x('n') + r * DenseLayer(n, *of_n, name='hn')(h))
    h = (1 - z) * new + z * h
    return h, h


class GRUNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: GRU

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return h of the last step, and every h_t [time, features]."""
    n = self.n
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',  # every step reads the same ones,
      split_rngs={'params': False},  # which are drawn from one key
      reverse=n.reverse,
      unroll=n.unroll,
    )
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = scan(GRUCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(GRU)
def gru(n: GRU) -> nn.Module:
  return GRUNetwork(n)
