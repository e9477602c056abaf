"""A network that writes text, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.language import CharRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_params
from core_rnn.scope.sequences.deep_rnn import deep_layers


@as_scope(CharRNN)
def char_rnn(n: CharRNN) -> Function:
  def network(scope: Scope, tokens, initial_carry=None, seq_lengths=None):
    if n.embedding is None:
      xs = n.one_hot(tokens)
    else:
      shape = (n.vocabulary, n.embedding)
      table = scope.param('embedding', n.kernel_init, shape, n.param_dtype)
      xs = n.picked(table, tokens)
    layers = scope.child(partial(deep_layers, n.layers), 'layers')
    carry, ys = layers(xs, initial_carry, seq_lengths)
    head = scope.child(partial(dense_params, n.head), 'head')(n.one_y())
    return carry, n.logits(head, ys)

  return network
