"""The multilayer perceptron, computed again by `jax.checkpoint`."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.dense.mlp import MLP
from core_rnn.networks.dense.remat_mlp import RematMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.mlp import mlp_apply, mlp_init


@as_pure(RematMLP)
def remat_mlp(n: RematMLP) -> Functions:
  mlp = n.inner(MLP)

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, mlp, x.shape[-1])}

  def apply(variables, x):
    remat = jax.checkpoint(partial(mlp_apply, mlp))
    return remat(variables['params'], x)

  return init, apply
