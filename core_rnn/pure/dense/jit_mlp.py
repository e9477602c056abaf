"""The multilayer perceptron, with each layer compiled by `jax.jit`."""

from collections.abc import Callable
from functools import partial

import jax
from jax.nn import relu

from core_rnn.keys import derive
from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.dense.jit_mlp import JitMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def jit_layer(n: Dense) -> tuple[Callable, Callable]:
  """Return init and apply of a layer: x [inputs] -> y [features]."""

  def init(key, inputs):
    # The first draw of a scope, which depends on the path, is the key
    # of the layer inside nn.jit. Its draws count on: 2, 3, ...
    draw = lambda number: derive(key, number + 1)
    return dense_init(draw, n, inputs, n.kernel_init, n.bias_init)

  def apply(params, x):
    return dense_apply(n, params, x)

  init.__name__ = apply.__name__ = 'core_fn'  # the name in Flax
  return jax.jit(init, static_argnums=1), jax.jit(apply)


@as_pure(JitMLP)
def jit_mlp(n: JitMLP) -> Functions:
  layers = {name: jit_layer(layer) for name, layer in n.layers.items()}

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    params, inputs = {}, x.shape[-1]
    for name, (init_layer, _) in layers.items():
      params[name] = init_layer(draw(name, 1), inputs)
      inputs = n.layers[name].features
    return {'params': params}

  def apply(variables, x):
    for i, (name, (_, apply_layer)) in enumerate(layers.items()):
      x = apply_layer(variables['params'][name], x)
      if i != len(layers) - 1:
        x = relu(x)
    return x

  return init, apply
