"""A cell over time by a rule of its own, with `nn.custom_vjp`."""

from collections.abc import Callable
from typing import Any

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.deferred_cells import Rule


def deferred(rule: Rule) -> Callable[..., Any]:
  """A cell, h_0, xs [time, ..., inputs], validity -> h_time, every h_t."""

  def forward(cell, h, xs, valid):
    return rule.forward(cell.variables['params'], h, xs, valid)

  def backward(kept, slopes):
    params, *ins = rule.backward(kept, slopes)
    return {'params': params}, *ins

  def run(cell, h, xs, valid):
    return forward(cell, h, xs, valid)[0]

  lifted = nn.custom_vjp(run, forward, backward)

  def network(cell, h, xs, valid):
    if cell.is_initializing():  # it alone knows what parameters there are
      batch = xs.ndim - 2
      one = lambda leaf: jnp.zeros(leaf.shape[batch:], leaf.dtype)
      cell(jax.tree.map(one, h), jnp.zeros(xs.shape[-1:], xs.dtype))
      return run(cell, h, xs, valid)
    return lifted(cell, h, xs, valid)

  return network
