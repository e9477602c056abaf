"""The multilayer perceptron, with its layers made before the call."""

from flax.core import Scope
from jax.nn import relu

from core_rnn.networks.dense.explicit_mlp import ExplicitMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


@as_scope(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> Function:
  def network(scope: Scope, x: Inputs) -> Features:
    layers = []
    for name, layer in n.layers.items():
      dense = dense_layer(layer, n.kernel_init, n.bias_init)
      layers.append(scope.child(dense, name))
    for i, dense in enumerate(layers):
      x = dense(x)
      if i != len(layers) - 1:
        x = relu(x)
    return x

  return network
