"""Dense layer, dropout and batch normalisation, under `lift.vmap`."""

from flax.core import Scope, lift

from core_rnn.networks.state.block import Block
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.state.batch_norm import batch_norm_layer


@as_scope(Block)
def block(n: Block) -> Function:
  dense = dense_layer(n, n.kernel_init, n.bias_init)
  dropout = dropout_layer(n.dropout)
  norm = batch_norm_layer(n.batch_norm)

  def one(scope: Scope, x):
    x = scope.child(dense, 'dense')(x)
    x = scope.child(dropout, 'dropout')(x)
    return scope.child(norm, 'batch_norm')(x)

  return lift.vmap(
    one,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
