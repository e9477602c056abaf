"""The explicit dense layer, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.dense.explicit_dense import ExplicitDense
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.types import Features, Inputs


@as_scope(ExplicitDense)
def explicit_dense(n: ExplicitDense) -> Function:
  def layer(scope: Scope, x: Inputs) -> Features:
    dtype, shape = n.dtype or x.dtype, (n.features_in, n.features)
    kernel = scope.param('kernel', n.kernel_init, shape, n.param_dtype)
    bias = scope.param('bias', n.bias_init, shape[1:], n.param_dtype)
    y = x.astype(dtype) @ kernel.astype(dtype)
    return y + bias.astype(dtype)

  return layer
