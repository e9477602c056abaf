"""The multilayer perceptron, with its layers made before the call."""

from functools import partial

from jax.nn import relu

from core_rnn.keys import derive
from core_rnn.networks.dense.explicit_mlp import ExplicitMLP
from core_rnn.networks.dense.mlp import MLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply
from core_rnn.pure.dense.mlp import mlp_init


@as_pure(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, n.inner(MLP), x.shape[-1])}

  def apply(variables, x):
    layers = [
      partial(dense_apply, layer, variables['params'][name])
      for name, layer in n.layers.items()
    ]
    for i, layer in enumerate(layers):
      x = layer(x)
      if i != len(layers) - 1:
        x = relu(x)
    return x

  return init, apply
