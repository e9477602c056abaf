"""Linear recurrences h_t = a_t h_{t-1} + b_t, by an associative scan."""

from typing import Any

from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float

Steps = Float[Array, 'time ...']
Term = tuple[Any, Any]


def run(
  a: Steps, b: Steps, initial: Any, valid: Any, reverse: bool = False
) -> tuple[Any, Steps]:
  """Return the last h_t, and every h_t [time, ...].

  Args:
    a: every a_t, [time, ...].
    b: every b_t, [time, ...].
    initial: h_0, [...].
    valid: whether each step is valid, the first axes of a; None if all steps
      are. After a step that is not valid, h is the same as before it, but the
      output is a_t h_{t-1} + b_t.
    reverse: whether the recurrence runs from the last step to the first.
  """
  if valid is None:
    hs = accumulate(a, b, initial, reverse)
    return last_step(hs, initial, reverse), hs
  at = valid.reshape(valid.shape + (1,) * (a.ndim - valid.ndim))
  frozen = jnp.where(at, a, 1), jnp.where(at, b, 0)
  hs = accumulate(*frozen, initial, reverse)
  outputs = a * previous_steps(hs, initial, reverse) + b
  return last_step(hs, initial, reverse), outputs


def accumulate(
  a: Steps, b: Steps, initial: Float[Array, '...'], reverse: bool = False
) -> Steps:
  """Return every h_t = a_t h_{t-1} + b_t, where h_0 is initial: [time, ...].

  Two successive steps are one step of the same form, so steps can be composed
  in any grouping. The scan takes log2(time) rounds of parallel operations.

  Source: Blelloch (1990), Prefix Sums and Their Applications, section 1.4.
  """
  scale, shift = lax.associative_scan(compose, (a, b), reverse=reverse)
  return scale * initial[None] + shift


def compose(before: Term, after: Term) -> Term:
  """Return h -> c (a h + b) + d as one step, (c a, c b + d): each [...]."""
  (a, b), (c, d) = before, after
  return c * a, c * b + d


def last_step(hs: Steps, initial: Any, reverse: bool = False) -> Any:
  """Return the last h_t [...], or initial where there are no steps."""
  if not len(hs):
    return initial
  return hs[0] if reverse else hs[-1]


def previous_steps(hs: Steps, initial: Any, reverse: bool = False) -> Steps:
  """Return h_{t-1} for every step t: [time, ...]."""
  if not len(hs):
    return hs
  parts = [hs[1:], initial[None]] if reverse else [initial[None], hs[:-1]]
  return jnp.concatenate(parts)
