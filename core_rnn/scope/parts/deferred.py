"""A cell over time by a rule of its own, with `lift.custom_vjp`."""

from collections.abc import Callable
from typing import Any

import jax
from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.equations.deferred_cells import Rule
from core_rnn.scope.as_scope import is_initializing
from core_rnn.scope.parts.over_time import Cell


def deferred(cell: Cell, rule: Rule) -> Callable[..., Any]:
  """A scope, h_0, xs [time, ..., inputs], validity -> h_time, every h_t."""

  def forward(scope: Scope, h, xs, valid):
    return rule.forward(scope.variables()['params'], h, xs, valid)

  def backward(kept, slopes):
    params, *ins = rule.backward(kept, slopes)
    return {'params': params}, *ins

  def run(scope: Scope, h, xs, valid):
    return forward(scope, h, xs, valid)[0]

  lifted = lift.custom_vjp(run, forward, backward)

  def network(scope: Scope, h, xs, valid):
    if is_initializing(scope):  # the cell alone knows what parameters there are
      batch = xs.ndim - 2
      one = lambda leaf: jnp.zeros(leaf.shape[batch:], leaf.dtype)
      cell.step(scope, jax.tree.map(one, h), jnp.zeros(xs.shape[-1:], xs.dtype))
      return run(scope, h, xs, valid)
    return lifted(scope, h, xs, valid)

  return network
