"""The state space model, with a convolution or with `lax.scan`."""

from flax.core import Scope
from jax import lax
from jax import numpy as jnp

from core_rnn.equations import state_space
from core_rnn.networks.depth.ssm import SSM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.transforms.layer_scan import derived


def system_of(n: SSM, scope: Scope, dtype) -> state_space.System:
  """Return the parameters [features, ...] as a system of a dtype."""
  narrow, wide = (n.features,), (n.features, n.state)
  leaves = (
    scope.param('step', n.step_init, narrow, n.param_dtype),
    scope.param('decay', n.decay_init, wide, n.param_dtype),
    scope.param('B', n.kernel_init, wide, n.param_dtype),
    scope.param('C', n.kernel_init, wide, n.param_dtype),
    scope.param('D', n.skip_init, narrow, n.param_dtype),
  )
  return state_space.System(*(leaf.astype(dtype) for leaf in leaves))


def ssm_layer(n: SSM) -> Function:
  """Return a layer: scope, us [time, features] -> ys."""

  def layer(scope: Scope, us, seq_length=None):
    valid, us = mark_padding(us.astype(n.dtype or us.dtype), seq_length)
    system = system_of(n, scope, us.dtype)
    if n.mode == 'convolution':
      kernel_of = lambda system: state_space.kernel_of(system, len(us))
      kernel = derived(scope, 'kernel', kernel_of, system)
      ys = state_space.convolved(kernel, system.d, us)
      return fill_padding(ys, seq_length, n.zero_padding)
    started, shape = scope.has_variable('cache', 'x'), system.b.shape
    cache = scope.variable('cache', 'x', jnp.zeros, shape, us.dtype)
    (rate, b), x_0 = state_space.discretised(system), cache.value

    def step(x, u):
      x = jnp.exp(rate) * x + b * u[:, None]
      return x, jnp.sum(system.c * x, -1) + system.d * u

    x, ys = lax.scan(freeze_carry(step, x_0), x_0, (valid, us))
    if started and scope.is_mutable_collection('cache'):
      cache.value = x
    return fill_padding(ys, seq_length, n.zero_padding)

  return layer


@as_scope(SSM)
def ssm(n: SSM) -> Function:
  return ssm_layer(n)
