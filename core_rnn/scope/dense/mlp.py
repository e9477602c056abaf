"""The multilayer perceptron, as a function on a scope."""

from flax.core import Scope
from jax.nn import relu

from core_rnn.networks.dense.mlp import MLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def mlp_layers(n: MLP) -> Function:
  """Return the network: scope, x [inputs] -> y [features[-1]]."""

  def network(scope: Scope, x: Inputs) -> Features:
    for i, (name, layer) in enumerate(n.layers.items()):
      dense = dense_layer(layer, n.kernel_init, n.bias_init)
      x = scope.child(dense, name)(x)
      if i != len(n.features) - 1:
        x = relu(x)
    return x

  return network


@as_scope(MLP)
def mlp(n: MLP) -> Function:
  return mlp_layers(n)
