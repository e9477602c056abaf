"""A cell over time by a rule of its own, with `jax.custom_vjp`."""

from functools import partial

import jax

from core_rnn.equations.deferred import Deferred
from core_rnn.equations.padding import last_again, repeated, valid_steps
from core_rnn.keys import derive
from core_rnn.pure.as_pure import Functions
from core_rnn.pure.parts.over_time import Cell


def deferred_over_time(cell: Cell, rule: Deferred) -> Functions:
  """xs [time, ...] -> h_time and every y_t [time, ...], as `over_time` has it.

  How it goes, forward and back, the rule says.
  """

  def init(rngs, xs, initial_carry=None, length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[1:])}}

  def run(params, carry, xs, valid):
    return rule.forward(params, carry, xs, valid)[0]

  deferred = jax.custom_vjp(run)
  deferred.defvjp(rule.forward, rule.backward)

  def apply(variables, xs, initial_carry=None, length=None):
    if initial_carry is None:
      initial_carry = cell.first(xs)
    one = partial(deferred, variables['params']['cell'], initial_carry)
    if length is None:
      return one(xs, None)
    carry, ys = one(repeated(xs, length), valid_steps(xs, length))
    return carry, last_again(ys, length)

  return init, apply
