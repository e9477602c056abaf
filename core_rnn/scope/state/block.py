"""A block of layers, as a function on a scope."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.state import Block
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.state.batch_norm import batch_norm_layer
from core_rnn.types import Features, Inputs


@as_scope(Block)
def block(n: Block) -> Function:
  def one(scope: Scope, x: Inputs) -> Features:
    x = scope.child(partial(dense_layer, n.dense), 'dense')(x)
    x = scope.child(partial(dropout_layer, n.dropout), 'dropout')(x)
    norm = partial(batch_norm_layer, n.batch_norm)
    return scope.child(norm, 'batch_norm')(x)

  return lift.vmap(
    one,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
