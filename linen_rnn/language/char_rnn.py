"""A network that writes text, as a module."""

from flax import linen as nn

from core_rnn.networks.language import CharRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseParams
from linen_rnn.sequences.deep_rnn import Deep


class Writer(nn.Module):
  """tokens [batch, time] -> carries, logits [batch, time, vocabulary]."""

  n: CharRNN

  @nn.compact
  def __call__(self, tokens, initial_carry=None, seq_lengths=None):
    """tokens [batch, time] -> carries, logits [batch, time, vocabulary]."""
    n = self.n
    if n.embedding is None:
      xs = n.one_hot(tokens)
    else:
      shape = (n.vocabulary, n.embedding)
      table = self.param('embedding', n.kernel_init, shape, n.param_dtype)
      xs = n.picked(table, tokens)
    layers = Deep(n.layers, name='layers')
    carry, ys = layers(xs, initial_carry, seq_lengths)
    head = DenseParams(n.head, name='head')(n.one_y())
    return carry, n.logits(head, ys)


@as_linen(CharRNN)
def char_rnn(n: CharRNN) -> nn.Module:
  return Writer(n)
