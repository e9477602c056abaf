"""Dense layer, dropout and batch normalisation, under `jax.vmap`."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.state.block import Block
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.chance.dropout import dropout_apply
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.batch_stats import batch_norm_stats
from core_rnn.pure.state.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
)


def block_apply(n: Block, params, stats, x, key):
  """Return y [features] of one x in `batch`, and the new statistics."""
  x = dense_apply(n, params['dense'], x)
  if n.training:
    x = dropout_apply(n.dropout, derive(key, 'dropout', 1), x)
  return batch_norm_apply(n.batch_norm, params['batch_norm'], stats, x)


@as_pure(Block)
def block(n: Block) -> Functions:
  def init(rngs, xs):
    draw = partial(derive, rngs['params'])
    inits = n.kernel_init, n.bias_init
    dense = dense_init(partial(draw, 'dense'), n, xs.shape[-1], *inits)
    draw = partial(draw, 'batch_norm')
    norm = batch_norm_init(draw, n.batch_norm, n.features)
    stats = batch_norm_stats(n.batch_norm, n.features)
    return {
      'params': {'dense': dense, 'batch_norm': norm},
      'batch_stats': {'batch_norm': stats},
    }

  def apply(variables, xs, rngs):
    keys, stats = None, variables['batch_stats']['batch_norm']
    if n.training:  # one mask for each example
      key = jax.random.clone(rngs['dropout'])
      keys = jax.random.split(key, len(xs))
    one = partial(block_apply, n, variables['params'], stats)
    vmap = jax.vmap(one, out_axes=(0, None), axis_name='batch')
    ys, stats = vmap(xs, keys)
    return Moved(ys, {'batch_stats': {'batch_norm': stats}})

  return init, apply
