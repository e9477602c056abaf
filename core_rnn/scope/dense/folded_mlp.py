"""The multilayer perceptron, with folded keys, by `lift.fold_rngs`."""

from flax.core import Scope, lift
from jax.nn import relu

from core_rnn.networks.dense.folded_mlp import FoldedMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.jit_mlp import keyed_layer
from core_rnn.types import Features, Inputs


@as_scope(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> Function:
  layers = {
    name: keyed_layer(lift.fold_rngs, layer)
    for name, layer in n.layers.items()
  }

  def network(scope: Scope, x: Inputs) -> Features:
    for i, (name, layer) in enumerate(layers.items()):
      x = scope.child(layer, name)(x)
      if i != len(layers) - 1:
        x = relu(x)
    return x

  return network
