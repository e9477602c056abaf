"""A state-space layer, as functions of parameters."""

from functools import partial

from jax import numpy as jnp

from core_rnn.equations.padding import padded
from core_rnn.equations.state_space import (
  System,
  convolved,
  kernel_of,
  recurred,
)
from core_rnn.keys import Draw, derive
from core_rnn.networks.depth import SSM, StateSpace
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.types import DType, Variables


def ssm_init(draw: Draw, n: StateSpace) -> Variables:
  """step, decay, B, C, D, drawn in this order: [features] or [..., state]."""
  return {
    name: init(draw(number), shape, n.param_dtype)
    for number, (name, (init, shape)) in enumerate(n.params.items(), 1)
  }


def system_of(n: StateSpace, params: Variables, dtype: DType) -> System:
  """The parameters [features, ...] as a system, in the dtype computed in."""
  return System(*(params[name].astype(dtype) for name in n.params))


@as_pure(SSM)
def ssm(n: SSM) -> Functions:
  def init(rngs, us, seq_length=None):
    params = ssm_init(partial(derive, rngs['params']), n)
    if n.mode == 'convolution':
      return {'params': params}
    zero = jnp.zeros((n.features, n.state), n.dtype or us.dtype)
    return {'params': params, 'cache': {'x': zero}}

  def apply(variables, us, seq_length=None):
    valid, us = padded(us.astype(n.dtype or us.dtype), seq_length)
    system = system_of(n, variables['params'], us.dtype)
    if n.mode == 'convolution':
      ys = convolved(kernel_of(system, len(us)), system.d, us)
      return n.ended(ys, seq_length)
    x, ys = recurred(system, variables['cache']['x'], us, valid)
    ys = n.ended(ys, seq_length)
    return Moved(ys, {'cache': {'x': x}})

  return init, apply
