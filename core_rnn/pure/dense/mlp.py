"""A multilayer perceptron, as functions of parameters."""

from functools import partial

from core_rnn.keys import Draw, derive
from core_rnn.networks.dense import MLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.types import Features, Inputs, Variables


def mlp_init(draw: Draw, n: MLP, inputs: int) -> Variables:
  """Every W_l [features[l - 1], features[l]] and b_l [features[l]]."""
  params = {}
  for name, layer in n.layers.items():
    params[name] = dense_init(partial(draw, name), layer, inputs)
    inputs = layer.features
  return params


def mlp_apply(n: MLP, params: Variables, x: Inputs) -> Features:
  """x [inputs] -> y [features[-1]]."""
  for name, layer in n.layers.items():
    x = n.activated(name, dense_apply(layer, params[name], x))
  return x


@as_pure(MLP)
def mlp(n: MLP) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': mlp_init(draw, n, x.shape[-1])}

  def apply(variables, x):
    return mlp_apply(n, variables['params'], x)

  return init, apply
