"""Backpropagation through time by its own rule, with `lift.custom_vjp`."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.gradients import BPTT
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell


@as_scope(BPTT)
def bptt(n: BPTT) -> Function:
  elman = elman_cell(n)

  def run(scope: Scope, h, xs):
    return n.run(scope.variables()['params'], h, xs)

  def forward(scope: Scope, h, xs):
    last, hs = run(scope, h, xs)
    return (last, hs), (scope.variables()['params'], h, xs, hs)

  def backward(kept, slopes):
    params, *ins = n.back(*kept, slopes)
    return {'params': params}, *ins

  deferred = lift.custom_vjp(run, forward, backward)

  def network(scope: Scope, xs, initial_carry=None):
    h = n.first(xs) if initial_carry is None else initial_carry
    if is_initializing(scope):  # the cell knows what parameters there are
      return scope.child(elman.step, 'cell')(
        h, jnp.zeros(xs.shape[1:], h.dtype)
      )
    return scope.child(deferred, 'cell')(h, xs)

  return network
