"""A state-space layer, as a module."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

import core_rnn.equations.state_space as state_space
from core_rnn.equations.state_space import System
from core_rnn.networks.depth import SSM, StateSpace
from core_rnn.types import DType
from linen_rnn.as_linen import as_linen
from linen_rnn.transforms.layer_scan import derived


def system_of(module: nn.Module, n: StateSpace, dtype: DType) -> System:
  """The parameters of a module, [features, ...], in the dtype computed in."""
  params = (
    module.param(name, init, shape, n.param_dtype).astype(dtype)
    for name, (init, shape) in n.params.items()
  )
  return System(*params)


class Convolution(nn.Module):
  """us [time, features] -> ys [time, features], by a convolution."""

  n: StateSpace

  @nn.compact
  def __call__(self, us):
    """us [time, features] -> ys [time, features]."""
    us = us.astype(self.n.dtype or us.dtype)
    system = system_of(self, self.n, us.dtype)
    slow = partial(state_space.kernel_of, time=len(us))
    kernel = derived(self, 'kernel', slow, system)
    return state_space.convolved(kernel, system.d, us)


class Recurrence(nn.Module):
  """us [time, features] -> ys [time, features], from the x of `cache` on."""

  n: StateSpace

  @nn.compact
  def __call__(self, us):
    """us [time, features] -> ys [time, features]."""
    us = us.astype(self.n.dtype or us.dtype)
    system = system_of(self, self.n, us.dtype)
    begun, shape = self.has_variable('cache', 'x'), system.decay.shape
    cache = self.variable('cache', 'x', jnp.zeros, shape, us.dtype)
    x, ys = state_space.recurred(system, cache.value, us)
    if begun and self.is_mutable_collection('cache'):
      cache.value = x
    return ys


@as_linen(SSM)
def ssm(n: SSM) -> nn.Module:
  return Convolution(n) if n.mode == 'convolution' else Recurrence(n)
