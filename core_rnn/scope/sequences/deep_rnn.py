"""Recurrent layers in a row, as functions of one scope."""

from functools import partial

import jax
from flax.core import Scope

from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.parts.learned_carry import learned_carry
from core_rnn.scope.sequences.rnn import rnn_layer


def deep_layers(n: DeepRNN) -> Function:
  """Return a network: scope, xs, ... -> carries of all layers, ys."""

  def network(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    carries, xs = [], xs.astype(n.dtype or xs.dtype)
    _, xs = jax.vmap(mark_padding)(xs, seq_lengths)
    for i, layer in enumerate(n.layers):
      h_0 = None if initial_carry is None else initial_carry[i]
      if n.learned_carry:
        learned = scope.child(learned_carry(n, layer), f'carry_{i}')(xs)
        h_0 = learned if h_0 is None else h_0
      rnn = scope.child(rnn_layer(layer), f'layer_{i}')
      h, ys = rnn(xs, h_0, seq_lengths)
      xs = xs + ys if n.residual and xs.shape == ys.shape else ys
      last = i == len(n.features) - 1
      dropout = n.inner(Dropout, deterministic=n.deterministic or last)
      xs = scope.child(dropout_layer(dropout), f'dropout_{i}')(xs)
      carries.append(h)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return tuple(carries), jax.vmap(fill)(xs, seq_lengths)

  return network


@as_scope(DeepRNN)
def deep_rnn(n: DeepRNN) -> Function:
  return deep_layers(n)
