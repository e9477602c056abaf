"""The state-space cell: s_t = A s_{t-1} + B u_t, y_t = tanh(C s_t + D u_t)."""

from functools import partial
from typing import Any

from jax import numpy as jnp

from core_rnn.equations.backward_passes.affine import affine
from core_rnn.equations.backward_passes.jax_vjp import JaxBackwardPass
from core_rnn.equations.linear import run
from core_rnn.equations.state_space import System, discretised


def ssm(
  params: Any, s_0: Any, valid: Any, xs: Any, reverse: bool, unroll: int
) -> tuple[Any, Any]:
  """Return the last s [..., features, state], every y [time, ..., features].

  The recurrence is linear in s, so an associative scan takes the place of the
  loop, and unroll has no effect.
  """
  del unroll
  xs = xs.astype(s_0.dtype)
  s, states = run(*ssm_terms(params, xs), s_0, valid, reverse)
  return s, ssm_output(params, xs, states)


def ssm_terms(params: Any, xs: Any) -> tuple[Any, Any]:
  """Return A and B u_t for every x_t, [time, ..., features, state] each."""
  u = affine(params['input'], xs)
  rate, b = discretised(system_of(params, xs.dtype))
  shape = (*u.shape, rate.shape[-1])
  kernel = jnp.broadcast_to(b, shape)
  return jnp.broadcast_to(jnp.exp(rate), shape), kernel * u[..., None]


def ssm_output(params: Any, xs: Any, states: Any) -> Any:
  """Return tanh(C s_t + D u_t) for every s_t: [time, ..., features]."""
  u, system = affine(params['input'], xs), system_of(params, xs.dtype)
  c = jnp.broadcast_to(system.c, states.shape)
  from_s = jnp.sum(c * states, -1)
  return jnp.tanh(from_s + jnp.broadcast_to(system.d, u.shape) * u)


def system_of(params: Any, dtype: Any) -> System:
  """Return the parameters of the state space, in this dtype."""
  names = ('step', 'decay', 'B', 'C', 'D')
  return System(*(params[name].astype(dtype) for name in names))


over_time = partial(JaxBackwardPass, ssm)
