"""Batch normalisation in each step: `lax.scan` of a `jax.vmap`."""

from functools import partial

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.state.batchnorm_rnn import BatchnormRNN
from core_rnn.padding import fill_padding, mark_padding, select
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.batch_stats import init_with_stats, place_stats
from core_rnn.pure.state.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
)


def batchnorm_init(draw, n: BatchnormRNN, inputs: int):
  """Return the parameters of the step."""
  square, dense = (n.features, n.features), partial(draw, 'input')
  norm = partial(draw, 'batch_norm')
  return {
    'recurrent': n.recurrent_init(draw(1), square, n.param_dtype),
    'input': dense_init(dense, n, inputs, n.kernel_init),
    'batch_norm': batch_norm_init(norm, n.batch_norm, n.features),
  }


def batchnorm_step(n: BatchnormRNN, params, carry, scanned):
  """Return the new (carried, h), and the output (h, own)."""
  (carried, h), (own, (valid, x)) = carry, scanned
  norm, stats = params['batch_norm'], (carried | own)['batch_norm']
  x = dense_apply(n, params['input'], x)
  x, stats = batch_norm_apply(n.batch_norm, norm, stats, x, valid)
  new = jnp.tanh(h @ params['recurrent'].astype(h.dtype) + x)
  h = new if valid is None else select(valid, new, h)
  carried, own = place_stats(n, {'batch_norm': stats})
  return (carried, h), (new, own)


@as_pure(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> Functions:
  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    carried, own = place_stats(n, variables['batch_stats']['cell'])
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(batchnorm_step, n, variables['params']['cell'])
    axes = ((None, 0), (None, 0)), ((None, 0), (0, None))
    batch = jax.vmap(step, *axes, axis_name='batch')
    valid_xs = jax.vmap(mark_padding, out_axes=1)(xs, seq_lengths)
    carry, scanned = (carried, h_0), (own, valid_xs)
    (carried, h), (hs, own) = lax.scan(batch, carry, scanned)
    fill = jax.vmap(fill_padding, (0, 0, None))
    hs = fill(hs.swapaxes(0, 1), seq_lengths, n.zero_padding)
    return Moved((h, hs), {'batch_stats': {'cell': carried | own}})

  return init_with_stats(n, batchnorm_init), apply
