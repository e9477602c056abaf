"""The Elman network, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class ElmanCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: Elman

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n, square = self.n, (self.n.features, self.n.features)
    recurrent = self.param(
      'recurrent', n.recurrent_init, square, n.param_dtype
    ).astype(h.dtype)
    dense = DenseLayer(n, n.kernel_init, n.bias_init, name='input')
    from_h = h @ recurrent
    from_x = dense(x)
    h = n.activation(from_h + from_x)
    return h, h


class ElmanNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: Elman

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
    h, hs = scan(ElmanCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(Elman)
def elman(n: Elman) -> nn.Module:
  return ElmanNetwork(n)
