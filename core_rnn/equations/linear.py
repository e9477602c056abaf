"""Linear recurrences, h_t = a_t h_{t-1} + b_t: a scan that takes no order."""

from typing import Any

from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float

Steps = Float[Array, 'time ...']
Term = tuple[Any, Any]


def accumulated(
  a: Steps, b: Steps, first: Float[Array, '...'], reverse: bool = False
) -> Steps:
  """h_t = a_t h_{t-1} + b_t, h_0 = first, for all t at once: [time, ...].

  Two steps in a row are one of the same form, so that the steps can be joined
  in any order: in log2(time) rounds, each of which runs at once.

  Source: Blelloch (1990), Prefix Sums and Their Applications, section 1.4.
  """
  scale, shift = lax.associative_scan(joined, (a, b), reverse=reverse)
  return scale * first[None] + shift


def joined(before: Term, after: Term) -> Term:
  """h -> a h + b, then h -> c h + d: both [...], as (c a, c b + d)."""
  (a, b), (c, d) = before, after
  return c * a, c * b + d


def run(
  a: Steps, b: Steps, first: Any, valid: Any, reverse: bool = False
) -> tuple[Any, Steps]:
  """Every a_t and b_t, h_0 -> h_time, and h_t of each step: [time, ...].

  Where a step is not valid, [time, ...], h stays, and h_t there is that of the
  step that it would take.
  """
  if valid is None:
    hs = accumulated(a, b, first, reverse)
    return last_of(hs, first, reverse), hs
  at = valid.reshape(valid.shape + (1,) * (a.ndim - valid.ndim))
  stays = jnp.where(at, a, 1), jnp.where(at, b, 0)
  hs = accumulated(*stays, first, reverse)
  taken = a * before_each(hs, first, reverse) + b
  return last_of(hs, first, reverse), taken


def last_of(hs: Steps, first: Any, reverse: bool = False) -> Any:
  """h_time of every h_t [time, ...]; of no steps it is the first."""
  if not len(hs):
    return first
  return hs[0] if reverse else hs[-1]


def before_each(hs: Steps, first: Any, reverse: bool = False) -> Steps:
  """h_{t-1} for each step, [time, ...]: the first one, and all but the last."""
  if not len(hs):
    return hs
  parts = [hs[1:], first[None]] if reverse else [first[None], hs[:-1]]
  return jnp.concatenate(parts)
