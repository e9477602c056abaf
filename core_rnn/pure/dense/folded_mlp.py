"""The multilayer perceptron, with folded keys and no jit."""

from core_rnn.keys import derive
from core_rnn.networks.dense.folded_mlp import FoldedMLP
from core_rnn.networks.dense.mlp import MLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_init
from core_rnn.pure.dense.mlp import mlp_apply


@as_pure(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> Functions:
  def init(rngs, x):
    params, inputs = {}, x.shape[-1]
    for name, layer in n.layers.items():
      # The first draw of a scope is the key of the layer inside it. The
      # draws of the layer count on from there: 2, 3, ...
      key = derive(rngs['params'], name, 1)
      draw = lambda number, key=key: derive(key, number + 1)
      inits = n.kernel_init, n.bias_init
      params[name] = dense_init(draw, layer, inputs, *inits)
      inputs = layer.features
    return {'params': params}

  def apply(variables, x):
    return mlp_apply(n.inner(MLP), variables['params'], x)

  return init, apply
