"""A network of characters, as modules."""

from flax import linen as nn
from jax import numpy as jnp
from jax.nn import one_hot

from core_rnn.networks.language.char_rnn import CharRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.sequences.deep_rnn import DeepNetwork


class Head(nn.Module):
  """The logits: hs -> h W + b for every h."""

  n: CharRNN

  @nn.compact
  def __call__(self, hs):
    """Return the logits [batch, time, vocabulary]."""
    n, shape = self.n, (self.n.features[-1], self.n.vocabulary)
    kernel = self.param('kernel', n.kernel_init, shape, n.param_dtype)
    bias = self.param('bias', n.bias_init, shape[1:], n.param_dtype)
    kernel, bias = kernel.astype(hs.dtype), bias.astype(hs.dtype)
    logits = hs @ kernel
    return logits + jnp.broadcast_to(bias, logits.shape)


class CharNetwork(nn.Module):
  """The network: tokens [batch, time] -> carries, logits."""

  n: CharRNN

  @nn.compact
  def __call__(self, tokens, initial_carry=None, seq_lengths=None):
    """Return the carries of all layers, and every logits_t."""
    n = self.n
    if n.embedding is None:
      xs = one_hot(tokens, n.vocabulary, dtype=n.computed)
    else:
      shape, dtype = (n.vocabulary, n.embedding), n.param_dtype
      table = self.param('embedding', n.kernel_init, shape, dtype)
      xs = jnp.take(table.astype(n.computed), tokens, axis=0)
    layers = DeepNetwork(n.layers, name='layers')
    carries, hs = layers(xs, initial_carry, seq_lengths)
    return carries, Head(n, name='head')(hs)


@as_linen(CharRNN)
def char_rnn(n: CharRNN) -> nn.Module:
  return CharNetwork(n)
