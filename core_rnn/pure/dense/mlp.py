"""The multilayer perceptron, with explicit parameters."""

from functools import partial

from jax.nn import relu

from core_rnn.keys import Draw, derive
from core_rnn.networks.dense.mlp import MLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.types import Features, Inputs, Variables


def mlp_init(draw: Draw, n: MLP, inputs: int) -> Variables:
  """Return every W_l [inputs, features] and b_l [features]."""
  params = {}
  for name, layer in n.layers.items():
    inits, of_layer = (n.kernel_init, n.bias_init), partial(draw, name)
    params[name] = dense_init(of_layer, layer, inputs, *inits)
    inputs = layer.features
  return params


def mlp_apply(n: MLP, params: Variables, x: Inputs) -> Features:
  """Return y of the last layer: [features[-1]]."""
  for i, (name, layer) in enumerate(n.layers.items()):
    x = dense_apply(layer, params[name], x)
    if i != len(n.features) - 1:
      x = relu(x)
  return x


@as_pure(MLP)
def mlp(n: MLP) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, n, x.shape[-1])}

  def apply(variables, x):
    return mlp_apply(n, variables['params'], x)

  return init, apply
