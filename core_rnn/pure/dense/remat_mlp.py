"""A perceptron under remat, as functions of parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.dense import RematMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.mlp import mlp_apply, mlp_init


@as_pure(RematMLP)
def remat_mlp(n: RematMLP) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, n, x.shape[-1])}

  def apply(variables, x):
    remat = jax.checkpoint(partial(mlp_apply, n))
    return remat(variables['params'], x)

  return init, apply
