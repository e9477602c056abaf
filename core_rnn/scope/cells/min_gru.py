"""The minimal GRU, with `lift.scan`, or with no loop at all."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.cells import MinGRU
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.gated import gated_cell
from core_rnn.scope.parts.over_time import over_time
from core_rnn.types import Inputs


@as_scope(MinGRU)
def min_gru(n: MinGRU) -> Function:
  if n.mode == 'scan':
    return over_time(gated_cell(n), n.reverse, n.unroll, n.zero_padding)

  def one(scope: Scope, x: Inputs):
    def layer(name, x):
      return scope.child(partial(dense_layer, n.layers[name]), name)(x)

    return n.terms(layer, x)

  all_terms = lift.vmap(
    one, variable_axes={'params': None}, split_rngs={'params': False}
  )

  def at_once(scope: Scope, xs, initial_carry=None, seq_length=None):
    terms = scope.child(all_terms, 'cell')
    return n.at_once(terms, xs, initial_carry, seq_length)

  return at_once
