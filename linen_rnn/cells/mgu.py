"""The minimal gated unit, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells.mgu import MGU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class MGUCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: MGU

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n, bias = self.n, self.n.activation_bias_init
    dense = lambda name, *how: DenseLayer(n, *how, name=name)
    from_x = dense('if', n.kernel_init, n.forget_bias_init)(x)
    f = nn.sigmoid(from_x + dense('hf', n.recurrent_init)(h))
    hn = dense('hn', n.recurrent_init, bias if n.reset_gate else None)
    recurrent = hn(h) * f if n.reset_gate else hn(h)
    new = nn.tanh(dense('in', n.kernel_init, bias)(x) + recurrent)
    h = (1 - f) * new + f * h
    return h, h


class MGUNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: MGU

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
    h, hs = scan(MGUCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(MGU)
def mgu(n: MGU) -> nn.Module:
  return MGUNetwork(n)
