"""The state space model, with a convolution or with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.equations import state_space
from core_rnn.keys import Draw, derive
from core_rnn.networks.depth.ssm import SSM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.types import Variables


def ssm_init(draw: Draw, n: SSM) -> Variables:
  """Return step, D [features], and decay, B, C [features, state]."""
  narrow, wide = (n.features,), (n.features, n.state)
  return {
    'step': n.step_init(draw(1), narrow, n.param_dtype),
    'decay': n.decay_init(draw(2), wide, n.param_dtype),
    'B': n.kernel_init(draw(3), wide, n.param_dtype),
    'C': n.kernel_init(draw(4), wide, n.param_dtype),
    'D': n.skip_init(draw(5), narrow, n.param_dtype),
  }


def system_of(params: Variables, dtype) -> state_space.System:
  """Return the parameters [features, ...] as a system of a dtype."""
  leaves = (params[name] for name in ('step', 'decay', 'B', 'C', 'D'))
  return state_space.System(*(leaf.astype(dtype) for leaf in leaves))


@as_pure(SSM)
def ssm(n: SSM) -> Functions:
  def init(rngs, us, seq_length=None):
    params = ssm_init(partial(derive, rngs['params']), n)
    zero = jnp.zeros((n.features, n.state), n.dtype or us.dtype)
    cache = {} if n.mode == 'convolution' else {'cache': {'x': zero}}
    return {'params': params, **cache}

  def apply(variables, us, seq_length=None):
    valid, us = mark_padding(us.astype(n.dtype or us.dtype), seq_length)
    system = system_of(variables['params'], us.dtype)
    if n.mode == 'convolution':
      kernel = state_space.kernel_of(system, len(us))
      ys = state_space.convolved(kernel, system.d, us)
      return fill_padding(ys, seq_length, n.zero_padding)
    rate, b = state_space.discretised(system)
    x_0 = variables['cache']['x']

    def step(x, u):
      x = jnp.exp(rate) * x + b * u[:, None]
      return x, jnp.sum(system.c * x, -1) + system.d * u

    x, ys = lax.scan(freeze_carry(step, x_0), x_0, (valid, us))
    ys = fill_padding(ys, seq_length, n.zero_padding)
    return Moved(ys, {'cache': {'x': x}})

  return init, apply
