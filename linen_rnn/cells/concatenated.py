"""The concatenated network, with `nn.scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.concatenated import Concatenated
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class ConcatenatedCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: Concatenated

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    dense = DenseLayer(n, n.kernel_init, n.bias_init, name='joint')
    joint = jnp.concatenate([h, x.astype(h.dtype)])
    h = n.activation(dense(joint))
    return h, h


class ConcatenatedNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: Concatenated

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
    h, hs = scan(ConcatenatedCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(Concatenated)
def concatenated(n: Concatenated) -> nn.Module:
  return ConcatenatedNetwork(n)
