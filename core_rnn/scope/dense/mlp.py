"""A multilayer perceptron, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.dense import MLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def mlp_layers(n: MLP, scope: Scope, x: Inputs) -> Features:
  """x [inputs] -> y [features[-1]], of parameters here."""
  for name, layer in n.layers.items():
    x = n.activated(name, scope.child(partial(dense_layer, layer), name)(x))
  return x


@as_scope(MLP)
def mlp(n: MLP) -> Function:
  return partial(mlp_layers, n)
