"""Cells over a batch with no order, or no rule: what `deferred` makes of them.

A linear recurrence, and a cell whose rule is that of JAX. Each is a function
of parameters, h_0, xs [time, ..., inputs] and whether each step is no padding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
from jax import lax, nn
from jax import numpy as jnp

from core_rnn.equations.deferred import plus, where
from core_rnn.equations.linear import run
from core_rnn.equations.state_space import System, discretised


@dataclass(frozen=True)
class Joined:
  """h_t = a_t h_{t-1} + b_t, y_t = f(h_t), by an associative scan: [time, ...].

  Attributes:
    terms: parameters, xs -> every a and b.
    output: parameters, xs, every h -> every y.
    reverse: whether it goes from the last step to the first.
  """

  terms: Callable[[Any, Any], tuple[Any, Any]]
  output: Callable[[Any, Any, Any], Any]
  reverse: bool

  def run(self, params: Any, first: Any, xs: Any, valid: Any) -> Any:
    """h_0, xs [time, ..., inputs], valid -> h_time, every y_t."""
    xs = xs.astype(first.dtype)
    last, hs = run(*self.terms(params, xs), first, valid, self.reverse)
    return last, self.output(params, xs, hs)


@dataclass(frozen=True)
class Looped:
  """(h_t, y_t) = step(h_{t-1}, z_t), z = x W + b before the loop: [time, ...].

  Attributes:
    before: parameters, xs -> every z.
    step: parameters, h, z -> h', y.
    reverse: whether it goes from the last step to the first.
    unroll: steps to a turn of the loop.
  """

  before: Callable[[Any, Any], Any]
  step: Callable[[Any, Any, Any], tuple[Any, Any]]
  reverse: bool
  unroll: int

  def run(self, params: Any, first: Any, xs: Any, valid: Any) -> Any:
    """h_0, xs [time, ..., inputs], valid -> h_time, every y_t."""

    def step(h, scanned):
      z, valid = scanned
      new, y = self.step(params, h, z)
      return where(valid, new, h), y

    zs = self.before(params, xs.astype(first.dtype))
    return lax.scan(
      step, first, (zs, valid), reverse=self.reverse, unroll=self.unroll
    )


@dataclass(frozen=True)
class OfJax:
  """The way back as JAX has it, in the form of a rule: [time, ...]."""

  way_on: Joined | Looped

  def forward(self, params: Any, first: Any, xs: Any, valid: Any) -> Any:
    """h_0, xs [time, ..., inputs], valid -> (h_time, every y_t), kept."""
    on = lambda params, h, xs: self.way_on.run(params, h, xs, valid)
    return jax.vjp(on, params, first, xs)

  def backward(self, pull: Any, slopes: Any) -> Any:
    """Slopes by h_time, every y_t -> by params, h_0, xs, valid: [...]."""
    return *pull(slopes), None


def affine(params: Any, x: Any) -> Any:
  """x W + b: [..., inputs] to [..., features]."""
  kernel, bias = (params[n].astype(x.dtype) for n in ('kernel', 'bias'))
  return plus(x @ kernel, bias)


def min_gru_terms(params: Any, xs: Any) -> tuple[Any, Any]:
  """a = 1 - z, b = z n: [time, ..., features]."""
  z = nn.sigmoid(affine(params['iz'], xs))
  return 1 - z, z * affine(params['ih'], xs)


def same(params: Any, xs: Any, hs: Any) -> Any:
  """y = h: [time, ..., features]."""
  del params, xs
  return hs


def system_of(params: Any, dtype: Any) -> System:
  """The parameters of a state space, [features, ...], in this dtype."""
  names = ('step', 'decay', 'B', 'C', 'D')
  return System(*(params[name].astype(dtype) for name in names))


def ssm_terms(params: Any, xs: Any) -> tuple[Any, Any]:
  """a = exp(rate), b = B u: [time, ..., features, state]."""
  u = affine(params['input'], xs)
  rate, b = discretised(system_of(params, xs.dtype))
  shape = (*u.shape, rate.shape[-1])
  kernel = jnp.broadcast_to(b, shape)
  return jnp.broadcast_to(jnp.exp(rate), shape), kernel * u[..., None]


def ssm_output(params: Any, xs: Any, states: Any) -> Any:
  """y = tanh(C s + D u): [time, ..., features]."""
  u, system = affine(params['input'], xs), system_of(params, xs.dtype)
  read = jnp.sum(jnp.broadcast_to(system.c, states.shape) * states, -1)
  return jnp.tanh(read + jnp.broadcast_to(system.d, u.shape) * u)


def jordan_step(params: Any, y: Any, z: Any) -> tuple[Any, Any]:
  """y_t = tanh(z + y_{t-1} W_hh) W_ho + b_o: [..., features]."""
  kernel = params['hh']['kernel'].astype(y.dtype)
  y = affine(params['ho'], jnp.tanh(z + y @ kernel))
  return y, y


def jordan_before(params: Any, xs: Any) -> Any:
  """z = x W_ih + b_h: [time, ..., features]."""
  return affine(params['ih'], xs)


OF_JAX: Mapping[str, Callable[[bool, int], OfJax]] = {
  'jordan': lambda *how: OfJax(Looped(jordan_before, jordan_step, *how)),
  'min_gru': lambda back, _: OfJax(Joined(min_gru_terms, same, back)),
  'ssm': lambda back, _: OfJax(Joined(ssm_terms, ssm_output, back)),
}
