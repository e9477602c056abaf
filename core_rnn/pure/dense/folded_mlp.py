"""A perceptron that draws as a jitted one, as functions of parameters."""

from core_rnn.keys import derive
from core_rnn.networks.dense import FoldedMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_init
from core_rnn.pure.dense.mlp import mlp_apply


@as_pure(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> Functions:
  def init(rngs, x):
    params, inputs = {}, x.shape[-1]
    for name, layer in n.layers.items():
      # the first draw of a scope is the root of all draws inside: 2, 3, ...
      root = derive(rngs['params'], name, 1)
      draw = lambda number, root=root: derive(root, number + 1)
      params[name] = dense_init(draw, layer, inputs)
      inputs = layer.features
    return {'params': params}

  def apply(variables, x):
    return mlp_apply(n, variables['params'], x)

  return init, apply
