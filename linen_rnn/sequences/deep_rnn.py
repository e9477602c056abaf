"""Recurrent layers in a row, in one module."""

from functools import partial

import jax
from flax import linen as nn

from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.padding import fill_padding, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.parts.learned_carry import LearnedCarry
from linen_rnn.sequences.rnn import RNNLayer


class DeepNetwork(nn.Module):
  """A network: xs, initial_carry, seq_lengths -> carries, ys."""

  n: DeepRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return the carries of all layers, and ys of the last one."""
    n, carries, xs = self.n, [], xs.astype(self.n.dtype or xs.dtype)
    _, xs = jax.vmap(mark_padding)(xs, seq_lengths)
    for i, layer in enumerate(n.layers):
      h_0 = None if initial_carry is None else initial_carry[i]
      if n.learned_carry:
        learned = LearnedCarry(n, layer, name=f'carry_{i}')(xs)
        h_0 = learned if h_0 is None else h_0
      rnn = RNNLayer(layer, name=f'layer_{i}')
      h, ys = rnn(xs, h_0, seq_lengths)
      xs = xs + ys if n.residual and xs.shape == ys.shape else ys
      last = i == len(n.features) - 1
      dropout = n.inner(Dropout, deterministic=n.deterministic or last)
      xs = DropoutLayer(dropout, name=f'dropout_{i}')(xs)
      carries.append(h)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return tuple(carries), jax.vmap(fill)(xs, seq_lengths)


@as_linen(DeepRNN)
def deep_rnn(n: DeepRNN) -> nn.Module:
  return DeepNetwork(n)
