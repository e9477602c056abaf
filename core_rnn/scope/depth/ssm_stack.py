"""Depth by `layer_scan`, its setup batched, as a function on a scope."""

from functools import partial

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.equations.padding import padded
from core_rnn.networks.depth import SSMStack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.ssm import convolution_layer
from core_rnn.scope.transforms.layer_scan import layer_scan


@as_scope(SSMStack)
def ssm_stack(n: SSMStack) -> Function:
  ssm = partial(convolution_layer, n)

  def layer(scope: Scope, us):
    return us + jnp.tanh(scope.child(ssm, 'ssm')(us)), None

  scan = layer_scan(
    layer,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    length=n.layers,
    batched_setup=n.batched_setup,
  )

  def rows(scope: Scope, us, seq_length=None):
    _, us = padded(us.astype(n.dtype or us.dtype), seq_length)
    us, _ = scope.child(scan, 'layers')(us)
    return n.ended(us, seq_length)

  return rows
