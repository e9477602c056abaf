"""An explicit multilayer perceptron, as functions of parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.dense import ExplicitMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply
from core_rnn.pure.dense.mlp import mlp_init


@as_pure(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, n, x.shape[-1])}

  def apply(variables, x):
    layers = {
      name: partial(dense_apply, layer, variables['params'][name])
      for name, layer in n.layers.items()
    }
    for name, layer in layers.items():
      x = n.activated(name, layer(x))
    return x

  return init, apply
