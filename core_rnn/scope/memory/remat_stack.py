"""A deep stack in little memory, with `lift.remat_scan`."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.memory import RematStack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features


@as_scope(RematStack)
def remat_stack(n: RematStack) -> Function:
  def layer(scope: Scope, x: Features):
    dense = partial(dense_layer, n.dense(x))
    return n.added(x, scope.child(dense, 'dense')(x))

  deep = lift.remat_scan(layer, n.lengths)

  def stack(scope: Scope, x: Features):
    return scope.child(deep, 'layers')(n.cast(x))

  return stack
