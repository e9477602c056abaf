"""State space models in a row, with `layer_scan`."""

from functools import partial

from jax import numpy as jnp

from core_rnn.equations.state_space import convolved, kernel_of
from core_rnn.keys import derive
from core_rnn.networks.depth.ssm import SSM
from core_rnn.networks.depth.ssm_stack import SSMStack
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.ssm import ssm_init, system_of
from core_rnn.pure.transforms.layer_scan import layer_scan


def scan_of(n: SSMStack, time, dtype) -> Functions:
  """Return init and apply of the layers, for us [time, features]."""

  def init_one(key):
    draw = partial(derive, key, 'layers', 'ssm')
    return {'ssm': ssm_init(draw, n.inner(SSM))}

  def setup(params):
    return kernel_of(system_of(params['ssm'], dtype), time)

  def apply_one(params, kernel, us, key):
    del key  # no layer draws
    system = system_of(params['ssm'], dtype)
    if kernel is None:
      kernel = kernel_of(system, time)
    return us + jnp.tanh(convolved(kernel, system.d, us)), None

  before = setup if n.batched_setup else None
  return layer_scan(init_one, apply_one, n.layers, setup=before)


@as_pure(SSMStack)
def ssm_stack(n: SSMStack) -> Functions:
  def init(rngs, us, seq_length=None):
    init_layers, _ = scan_of(n, len(us), us.dtype)
    return {'params': {'layers': init_layers(rngs['params'])}}

  def apply(variables, us, seq_length=None):
    _, us = mark_padding(us.astype(n.dtype or us.dtype), seq_length)
    _, apply_layers = scan_of(n, len(us), us.dtype)
    us, _ = apply_layers(variables['params']['layers'], us)
    return fill_padding(us, seq_length, n.zero_padding)

  return init, apply
