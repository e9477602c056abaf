"""A cell over time by a rule of its own, with `lift.custom_vjp`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.equations.deferred import Deferred
from core_rnn.equations.padding import last_again, repeated, valid_steps
from core_rnn.scope.as_scope import Function, is_initializing
from core_rnn.scope.parts.over_time import Cell


def deferred_over_time(cell: Cell, rule: Deferred) -> Function:
  """xs [time, ...] -> h_time and every y_t [time, ...], as `over_time` has it.

  How it goes, forward and back, the rule says.
  """

  def forward(scope: Scope, *ins):
    return rule.forward(scope.variables()['params'], *ins)

  def backward(kept, slopes):
    params, *ins = rule.backward(kept, slopes)
    return {'params': params}, *ins

  def run(scope: Scope, *ins):
    return forward(scope, *ins)[0]

  def begin(scope: Scope, carry, xs, valid):
    cell.step(scope, carry, jnp.zeros(xs.shape[1:], xs.dtype))
    return run(scope, carry, xs, valid)

  def rnn(scope: Scope, xs, initial_carry=None, length=None):
    if initial_carry is None:
      initial_carry = cell.first(xs)
    deferred = lift.custom_vjp(run, forward, backward)
    # the cell alone knows what parameters there are
    lifted = begin if is_initializing(scope) else deferred
    one = partial(scope.child(lifted, 'cell'), initial_carry)
    if length is None:
      return one(xs, None)
    carry, ys = one(repeated(xs, length), valid_steps(xs, length))
    return carry, last_again(ys, length)

  return rnn
