"""A cell over time by a rule of its own: what needs no order is one product.

The loop there has one product left, of h_{t-1}: that of all x_t comes before
it. The loop back has one too, and returns a row for each step: the slopes by
parameters and xs are products of all these rows, after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.types import LSTMCarry


class Weights(NamedTuple):
  """What a cell has, gate by gate: z = x W before the loop, u = h W' in it.

  Attributes:
    kernels: every W [inputs, features].
    biases: every b [features], of z.
    recurrents: every W' [features, features].
    inner: of the last gate, a bias of u alone [features], or None.
  """

  kernels: tuple[Any, ...]
  biases: tuple[Any, ...]
  recurrents: tuple[Any, ...]
  inner: Any = None


class Equations(NamedTuple):
  """A cell as the loops need it: all that is not a product.

  Attributes:
    weights: parameters -> `Weights`.
    forward: carry, zs + bs, us -> the next carry, and what is kept: [features].
    backward: what is kept, h_{t-1}, h_t, slopes by the next carry -> by carry,
      but for what goes through us; by zs; by the last u, or None where it is
      as by z.
  """

  weights: Callable[[Any], Weights]
  forward: Callable[..., tuple[Any, Any]]
  backward: Callable[..., tuple[Any, tuple[Any, ...], Any]]


@dataclass(frozen=True)
class Deferred:
  """Equations over time, and the rule for the way back: xs [time, ..., inputs].

  Of a whole batch [...] a matrix still has one slope, a product of the rows of
  all sequences. Where a step is not valid, [time, ...], the carry stays.
  """

  equations: Equations
  reverse: bool
  unroll: int

  def weights(self, params: Any, dtype: Any) -> Weights:
    """The weights of parameters, [...] in this dtype."""
    cast = lambda leaf: leaf.astype(dtype)
    return jax.tree.map(cast, self.equations.weights(params))

  def forward(self, params: Any, first: Any, xs: Any, valid: Any) -> Any:
    """h_0, xs [time, ..., inputs], valid -> (h_time, every h_t), kept."""
    dtype = hidden(first).dtype
    kernels, biases, recurrents, inner = self.weights(params, dtype)
    zs = tuple(xs.astype(dtype) @ kernel for kernel in kernels)
    recurrent = jnp.concatenate(recurrents, -1)

    def step(carry, scanned):
      zs, valid = scanned
      # added here, where it is no pass of its own over every z
      zs = [plus(z, b) for z, b in zip(zs, biases, strict=True)]
      us = jnp.split(hidden(carry) @ recurrent, len(zs), -1)
      if inner is not None:
        us[-1] = plus(us[-1], inner)
      new, kept = self.equations.forward(carry, zs, us)
      return where(valid, new, carry), (hidden(new), (kept, hidden(carry)))

    last, (hs, kept) = lax.scan(
      step, first, (zs, valid), reverse=self.reverse, unroll=self.unroll
    )
    return (last, hs), (params, xs, valid, hs, kept)

  def backward(self, remembered: Any, slopes: Any) -> Any:
    """Slopes by h_time, every h_t -> by params, h_0, xs, valid: [...]."""
    params, xs, valid, hs, kept = remembered
    weights, pull = jax.vjp(lambda p: self.weights(p, hs.dtype), params)
    scanned = slopes[1], hs, kept, valid
    by_first, (by_zs, by_u) = self.loop_back(weights, slopes[0], scanned)
    all_x, all_h = rows(xs.astype(hs.dtype)).T, rows(kept[1]).T
    by_weights = Weights(
      tuple(all_x @ rows(by_z) for by_z in by_zs),
      tuple(rows(by_z).sum(0) for by_z in by_zs),
      tuple(all_h @ rows(by_u) for by_u in all_us(by_zs, by_u)),
      None if weights.inner is None else rows(by_u).sum(0),
    )
    pairs = zip(by_zs, weights.kernels, strict=True)
    by_xs = sum(by_z @ kernel.T for by_z, kernel in pairs)
    return *pull(by_weights), by_first, by_xs.astype(xs.dtype), None

  def loop_back(self, weights: Weights, by_last: Any, scanned: Any) -> Any:
    """Slopes by h_time and every h_t -> by h_0, by every z and u: [...]."""
    back = jnp.concatenate([recurrent.T for recurrent in weights.recurrents])

    def step(slope, one):
      by_h, h, (kept, before), valid = one
      zero = jax.tree.map(jnp.zeros_like, slope)
      by_new = added(where(valid, slope, zero), by_h)
      steps = before, h
      by_carry, by_zs, by_u = self.equations.backward(kept, *steps, by_new)
      by_us = jnp.concatenate(all_us(by_zs, by_u), -1)
      by_carry = added(by_carry, by_us @ back)
      if valid is not None:
        stayed = where(valid, zero, slope)
        by_carry = jax.tree.map(jnp.add, by_carry, stayed)
      return by_carry, (by_zs, by_u)

    order = not self.reverse
    return lax.scan(step, by_last, scanned, reverse=order, unroll=self.unroll)


def hidden(carry: Any) -> Any:
  """The h [features] of a carry."""
  return carry.h if isinstance(carry, LSTMCarry) else carry


def added(carry: Any, h: Any) -> Any:
  """The carry, with h [features] added to its own."""
  if isinstance(carry, LSTMCarry):
    return carry._replace(h=carry.h + h)
  return carry + h


def where(valid: Any, carry: Any, other: Any) -> Any:
  """The one carry [...] where valid, or else the other; valid may be None."""
  if valid is None:
    return carry
  at = valid[..., None]
  return jax.tree.map(lambda a, b: jnp.where(at, a, b), carry, other)


def plus(z: Any, b: Any) -> Any:
  """z [..., features] + b [features]."""
  return z + jnp.broadcast_to(b, z.shape)


def rows(leaf: Any) -> Any:
  """[..., entries] -> [rows, entries]: one product of them is the fastest."""
  return leaf.reshape(-1, leaf.shape[-1])


def all_us(by_zs: tuple[Any, ...], by_u: Any) -> tuple[Any, ...]:
  """Slopes by every u [features]: those by z, but the last may have its own."""
  return by_zs if by_u is None else (*by_zs[:-1], by_u)
