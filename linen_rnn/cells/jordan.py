"""The Jordan network, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells.jordan import Jordan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class JordanCell(nn.Module):
  """The parameters and the step of the network: y, x -> y, y."""

  n: Jordan

  @nn.compact
  def __call__(self, y, x):
    """Return y_t twice, as the carry and as the output: [features]."""
    n, with_bias = self.n, (self.n.kernel_init, self.n.bias_init)
    from_x = DenseLayer(n, *with_bias, name='ih')(x)
    from_y = DenseLayer(n, n.recurrent_init, name='hh')(y)
    h = n.activation(from_x + from_y)
    y = DenseLayer(n, *with_bias, name='ho')(h)
    return y, y


class JordanNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> y, ys."""

  n: Jordan

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return y of the last step, and every y_t [time, features]."""
    n = self.n
    y_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, y, valid_x):
      return freeze_carry(cell, y_0)(y, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',  # every step reads the same ones,
      split_rngs={'params': False},  # which are drawn from one key
      reverse=n.reverse,
      unroll=n.unroll,
    )
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    y, ys = scan(JordanCell(n, name='cell'), y_0, valid_xs)
    return y, fill_padding(ys, seq_length, n.zero_padding)


@as_linen(Jordan)
def jordan(n: Jordan) -> nn.Module:
  return JordanNetwork(n)
