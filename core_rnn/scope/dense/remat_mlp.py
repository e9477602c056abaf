"""The multilayer perceptron, computed again by `lift.checkpoint`."""

from flax.core import lift

from core_rnn.networks.dense.mlp import MLP
from core_rnn.networks.dense.remat_mlp import RematMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.mlp import mlp_layers


@as_scope(RematMLP)
def remat_mlp(n: RematMLP) -> Function:
  return lift.checkpoint(mlp_layers(n.inner(MLP)))
