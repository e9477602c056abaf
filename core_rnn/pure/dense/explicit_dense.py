"""An explicit dense layer, as functions of parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.dense import ExplicitDense
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


@as_pure(ExplicitDense)
def explicit_dense(n: ExplicitDense) -> Functions:
  def init(rngs, x):
    del x  # its size is features_in
    draw = partial(derive, rngs['params'])
    return {'params': dense_init(draw, n, n.features_in)}

  def apply(variables, x):
    return dense_apply(n, variables['params'], x)

  return init, apply
