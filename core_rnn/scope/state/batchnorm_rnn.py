"""Batch normalisation in each step: `lift.scan` of a `lift.vmap`."""

import jax
from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.state.batchnorm_rnn import BatchnormRNN
from core_rnn.padding import fill_padding, mark_padding, select
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.batch_stats import lift_stats
from core_rnn.scope.state.batch_norm import batch_norm_layer


def batchnorm_cell(n: BatchnormRNN) -> Function:
  """Return the step of the network: scope, h, (valid, x) -> h, h."""
  dense = dense_layer(n, n.kernel_init)
  norm = batch_norm_layer(n.batch_norm)

  def step(scope: Scope, h, valid_x):
    square, (valid, x) = (n.features, n.features), valid_x
    recurrent = scope.param(
      'recurrent', n.recurrent_init, square, n.param_dtype
    )
    x = scope.child(dense, 'input')(x)
    x = scope.child(norm, 'batch_norm')(x, valid)
    new = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return new if valid is None else select(valid, new, h), new

  return step


@as_scope(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> Function:
  batch = lift.vmap(
    batchnorm_cell(n),
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )

  def network(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    stats = lift_stats(scope, n.statistics)
    scan = lift.scan(batch, in_axes=1, out_axes=1, **stats)
    valid_xs = jax.vmap(mark_padding)(xs, seq_lengths)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    fill = jax.vmap(fill_padding, (0, 0, None))
    return h, fill(hs, seq_lengths, n.zero_padding)

  return network
