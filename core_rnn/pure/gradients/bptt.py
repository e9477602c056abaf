"""Backpropagation through time by its own rule, with `jax.custom_vjp`."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.gradients import BPTT
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell


@as_pure(BPTT)
def bptt(n: BPTT) -> Functions:
  elman = elman_cell(n)

  def init(rngs, xs, initial_carry=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': elman.init(draw, xs.shape[1:])}}

  def forward(params, h, xs):
    last, hs = n.run(params, h, xs)
    return (last, hs), (params, h, xs, hs)

  def backward(kept, slopes):
    return n.back(*kept, slopes)

  deferred = jax.custom_vjp(n.run)
  deferred.defvjp(forward, backward)

  def apply(variables, xs, initial_carry=None):
    h = n.first(xs) if initial_carry is None else initial_carry
    return deferred(variables['params']['cell'], h, xs)

  return init, apply
