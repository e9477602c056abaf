"""A network of characters, as functions of one scope."""

from flax.core import Scope
from jax import nn
from jax import numpy as jnp

from core_rnn.networks.language.char_rnn import CharRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.sequences.deep_rnn import deep_layers


def head_layer(n: CharRNN) -> Function:
  """Return the logits: scope, hs -> h W + b for every h."""

  def layer(scope: Scope, hs):
    shape = (n.features[-1], n.vocabulary)
    kernel = scope.param('kernel', n.kernel_init, shape, n.param_dtype)
    bias = scope.param('bias', n.bias_init, shape[1:], n.param_dtype)
    kernel, bias = kernel.astype(hs.dtype), bias.astype(hs.dtype)
    logits = hs @ kernel
    return logits + jnp.broadcast_to(bias, logits.shape)

  return layer


@as_scope(CharRNN)
def char_rnn(n: CharRNN) -> Function:
  def network(
    scope: Scope, tokens, initial_carry=None, seq_lengths=None
  ):
    if n.embedding is None:
      xs = nn.one_hot(tokens, n.vocabulary, dtype=n.computed)
    else:
      shape, dtype = (n.vocabulary, n.embedding), n.param_dtype
      table = scope.param('embedding', n.kernel_init, shape, dtype)
      xs = jnp.take(table.astype(n.computed), tokens, axis=0)
    layers = scope.child(deep_layers(n.layers), 'layers')
    carries, hs = layers(xs, initial_carry, seq_lengths)
    return carries, scope.child(head_layer(n), 'head')(hs)

  return network
