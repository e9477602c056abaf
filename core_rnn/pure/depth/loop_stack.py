"""Residual layers in a row, in a Python loop."""

from functools import partial

from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.depth.loop_stack import LoopStack
from core_rnn.networks.depth.residual import Residual
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer


@as_pure(LoopStack)
def loop_stack(n: LoopStack) -> Functions:
  init_layer, apply_layer = residual_layer(n.inner(Residual))
  names = [f'layer_{i}' for i in range(n.layers)]

  def init(rngs, xs, initial_carry=None, seq_length=None):
    params = {}
    for name in names:
      draw = partial(derive, rngs['params'], name)
      params[name] = init_layer(draw, xs.shape[-1])
    return {'params': params}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    zero = [None] * n.layers
    carries = zero if initial_carry is None else [*initial_carry]
    hs = []
    for name, h in zip(names, carries, strict=True):
      draw = partial(derive, rngs.get('dropout'), name, 'dropout', 1)
      params = variables['params'][name]
      xs, h = apply_layer(params, xs, draw, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)

  return init, apply
