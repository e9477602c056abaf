"""An explicit multilayer perceptron, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.dense import ExplicitMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


@as_scope(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> Function:
  def explicit(scope: Scope, x: Inputs) -> Features:
    layers = {
      name: scope.child(partial(dense_layer, layer), name)
      for name, layer in n.layers.items()
    }
    for name, layer in layers.items():
      x = n.activated(name, layer(x))
    return x

  return explicit
