"""A perceptron of jitted layers, as functions of parameters."""

from collections.abc import Callable
from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.dense import Dense, JitMLP
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def jit_layer(n: Dense) -> tuple[Callable, Callable]:
  """init and apply of a layer, each compiled: x [inputs] -> y [features]."""

  def init(boundary, inputs):
    # nn.jit makes the first draw of its scope, which has the path in it, the
    # root of all draws inside, and goes on counting: they are 2, 3, ...
    draw = lambda number: derive(boundary, number + 1)
    return dense_init(draw, n, inputs)

  def apply(params, x):
    return dense_apply(n, params, x)

  init.__name__ = apply.__name__ = 'core_fn'  # as Flax names what it compiles
  return jax.jit(init, static_argnums=1), jax.jit(apply)


@as_pure(JitMLP)
def jit_mlp(n: JitMLP) -> Functions:
  layers = {name: jit_layer(layer) for name, layer in n.layers.items()}

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    sizes = zip(layers.items(), (*x.shape, *n.features), strict=False)
    return {
      'params': {
        name: init_layer(draw(name, 1), inputs)
        for (name, (init_layer, _)), inputs in sizes
      }
    }

  def apply(variables, x):
    for name, (_, layer) in layers.items():
      x = n.activated(name, layer(variables['params'][name], x))
    return x

  return init, apply
