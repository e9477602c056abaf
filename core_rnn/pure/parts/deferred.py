"""A cell over time by a rule of its own, with `jax.custom_vjp`."""

from collections.abc import Callable
from typing import Any

import jax

from core_rnn.equations.deferred_cells import Rule


def deferred(rule: Rule) -> Callable[..., Any]:
  """Parameters, h_0, xs [time, ..., inputs], validity -> h_time, every h_t."""

  def run(params, h, xs, valid):
    return rule.forward(params, h, xs, valid)[0]

  lifted = jax.custom_vjp(run)
  lifted.defvjp(rule.forward, rule.backward)
  return lifted
