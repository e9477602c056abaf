"""A perceptron that draws as a jitted one, with `lift.fold_rngs`."""

from flax.core import Scope, lift

from core_rnn.networks.dense import FoldedMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.jit_mlp import keyed_layer
from core_rnn.types import Features, Inputs


@as_scope(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> Function:
  layers = {
    name: keyed_layer(lift.fold_rngs, one) for name, one in n.layers.items()
  }

  def in_turn(scope: Scope, x: Inputs) -> Features:
    for name, layer in layers.items():
      x = n.activated(name, scope.child(layer, name)(x))
    return x

  return in_turn
