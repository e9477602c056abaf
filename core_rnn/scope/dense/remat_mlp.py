"""A perceptron under remat, as a function on a scope."""

from functools import partial

from flax.core import lift

from core_rnn.networks.dense import RematMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.mlp import mlp_layers


@as_scope(RematMLP)
def remat_mlp(n: RematMLP) -> Function:
  return lift.checkpoint(partial(mlp_layers, n))
