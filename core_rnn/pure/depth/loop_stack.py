"""Depth by a loop, as functions of parameters."""

from functools import partial

from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.depth import LoopStack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer


@as_pure(LoopStack)
def loop_stack(n: LoopStack) -> Functions:
  layer = residual_layer(n)
  names = [f'layer_{number}' for number in range(n.layers)]

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'])
    return {
      'params': {
        name: layer.init(partial(draw, name), xs.shape) for name in names
      }
    }

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    hs = []
    for name, h in zip(names, n.first_of_each(initial_carry), strict=True):
      draw = None
      if not n.deterministic:
        draw = partial(derive, rngs['dropout'], name, 'dropout', 1)
      params = variables['params'][name]
      xs, h = layer.apply(params, xs, draw, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)

  return init, apply
