"""State space models in a row, with `layer_scan`."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.depth.ssm import SSM
from core_rnn.networks.depth.ssm_stack import SSMStack
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.ssm import ssm_layer
from core_rnn.scope.transforms.layer_scan import layer_scan


@as_scope(SSMStack)
def ssm_stack(n: SSMStack) -> Function:
  ssm = ssm_layer(n.inner(SSM))

  def layer(scope: Scope, us):
    return us + jnp.tanh(scope.child(ssm, 'ssm')(us)), None

  scan = layer_scan(
    layer,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    length=n.layers,
    batched_setup=n.batched_setup,
  )

  def network(scope: Scope, us, seq_length=None):
    _, us = mark_padding(us.astype(n.dtype or us.dtype), seq_length)
    us, _ = scope.child(scan, 'layers')(us)
    return fill_padding(us, seq_length, n.zero_padding)

  return network
