"""A state-space layer, as a function on a scope."""

from functools import partial

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.equations.padding import padded
from core_rnn.equations.state_space import (
  System,
  convolved,
  kernel_of,
  recurred,
)
from core_rnn.networks.depth import SSM, StateSpace
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.transforms.layer_scan import derived
from core_rnn.types import DType


def system_of(n: StateSpace, scope: Scope, dtype: DType) -> System:
  """The parameters here, [features, ...], in the dtype computed in."""
  return System(
    *(
      scope.param(name, init, shape, n.param_dtype).astype(dtype)
      for name, (init, shape) in n.params.items()
    )
  )


def convolution_layer(n: StateSpace, scope: Scope, us):
  """us [time, features] -> ys [time, features], by a convolution."""
  us = us.astype(n.dtype or us.dtype)
  system = system_of(n, scope, us.dtype)
  slow = partial(kernel_of, time=len(us))
  return convolved(derived(scope, 'kernel', slow, system), system.d, us)


def recurrence_layer(n: StateSpace, scope: Scope, us, valid):
  """us [time, features] -> ys [time, features], from the x of `cache` on."""
  system = system_of(n, scope, us.dtype)
  begun, shape = scope.has_variable('cache', 'x'), (n.features, n.state)
  cache = scope.variable('cache', 'x', jnp.zeros, shape, us.dtype)
  x, ys = recurred(system, cache.value, us, valid)
  if begun and scope.is_mutable_collection('cache'):
    cache.value = x
  return ys


@as_scope(SSM)
def ssm(n: SSM) -> Function:
  def layer(scope: Scope, us, seq_length=None):
    valid, us = padded(us.astype(n.dtype or us.dtype), seq_length)
    if n.mode == 'convolution':
      ys = convolution_layer(n, scope, us)
    else:
      ys = recurrence_layer(n, scope, us, valid)
    return n.ended(ys, seq_length)

  return layer
