"""A block of layers, as functions of parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.state import Block
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.state.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
  batch_norm_stats,
)


@as_pure(Block)
def block(n: Block) -> Functions:
  def init(rngs, xs):
    draw = partial(derive, rngs['params'])
    dense = dense_init(partial(draw, 'dense'), n.dense, xs.shape[-1])
    draw = partial(draw, 'batch_norm')
    norm = batch_norm_init(draw, n.batch_norm, n.features)
    stats = batch_norm_stats(n.batch_norm, n.features)
    return {
      'params': {'dense': dense, 'batch_norm': norm},
      'batch_stats': {'batch_norm': stats},
    }

  def apply(variables, xs, rngs):
    params, keys = variables['params'], None
    stats = variables['batch_stats']['batch_norm']
    if n.training:
      keys = jax.random.split(jax.random.clone(rngs['dropout']), len(xs))

    def one(x, key):
      x = dense_apply(n.dense, params['dense'], x)
      if n.training:
        x = n.dropout.dropped(derive(key, 'dropout', 1), x)
      return batch_norm_apply(n.batch_norm, params['batch_norm'], stats, x)

    vmap = jax.vmap(one, out_axes=(0, None), axis_name='batch')
    ys, moved = vmap(xs, keys)
    return Moved(ys, {'batch_stats': {'batch_norm': moved}})

  return init, apply
