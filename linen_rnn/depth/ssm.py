"""A state-space layer, as a module."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

import core_rnn.equations.state_space as state_space
from core_rnn.equations.padding import padded
from core_rnn.equations.state_space import System
from core_rnn.networks.depth import SSM, StateSpace
from core_rnn.types import DType
from linen_rnn.as_linen import as_linen
from linen_rnn.transforms.layer_scan import derived


def system_of(module: nn.Module, n: StateSpace, dtype: DType) -> System:
  """The parameters of a module, [features, ...], in the dtype computed in."""
  draw = lambda name: module.param(name, *n.params[name], n.param_dtype)
  return System(*(draw(name).astype(dtype) for name in n.params))


class Convolution(nn.Module):
  """us [time, features] -> ys [time, features], by a convolution."""

  n: StateSpace

  @nn.compact
  def __call__(self, us, seq_length=None):
    """us [time, features] -> ys [time, features]."""
    _, us = padded(us.astype(self.n.dtype or us.dtype), seq_length)
    system = system_of(self, self.n, us.dtype)
    slow = partial(state_space.kernel_of, time=len(us))
    kernel = derived(self, 'kernel', slow, system)
    ys = state_space.convolved(kernel, system.d, us)
    return self.n.ended(ys, seq_length)


class Recurrence(nn.Module):
  """us [time, features] -> ys [time, features], from the x of `cache` on."""

  n: StateSpace

  @nn.compact
  def __call__(self, us, seq_length=None):
    """us [time, features] -> ys [time, features]."""
    valid, us = padded(us.astype(self.n.dtype or us.dtype), seq_length)
    system = system_of(self, self.n, us.dtype)
    begun, shape = self.has_variable('cache', 'x'), system.decay.shape
    cache = self.variable('cache', 'x', jnp.zeros, shape, us.dtype)
    x, ys = state_space.recurred(system, cache.value, us, valid)
    if begun and self.is_mutable_collection('cache'):
      cache.value = x
    return self.n.ended(ys, seq_length)


@as_linen(SSM)
def ssm(n: SSM) -> nn.Module:
  return Convolution(n) if n.mode == 'convolution' else Recurrence(n)
