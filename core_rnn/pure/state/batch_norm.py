"""Batch normalisation over a named axis of `jax.vmap`."""

from functools import partial

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.padding import select
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.batches.normalised import batch_mean
from core_rnn.pure.parts.batch_stats import batch_norm_stats


def batch_norm_init(draw, n: BatchNorm, features: int):
  """Return scale of draw 1, and bias of draw 2: each [features]."""
  scale = n.scale_init(draw(1), (features,), n.param_dtype)
  bias = n.bias_init(draw(2), (features,), n.param_dtype)
  return {'scale': scale, 'bias': bias}


def batch_norm_apply(n: BatchNorm, params, stats, x, valid=None):
  """Return y [features] of one x in `batch`, and the new statistics."""
  dtype, now = n.dtype or x.dtype, stats
  x = x.astype(stats['mean'].dtype)
  if not n.use_running_average and lax.axis_size('batch') > 0:
    e_x = batch_mean(x, valid)
    now = {'mean': e_x, 'var': batch_mean(lax.square(x - e_x), valid)}
    move = lambda old, now: n.momentum * old + (1 - n.momentum) * now
    moved = jax.tree.map(move, stats, now)
    if valid is not None:  # with no valid example, nothing changes
      any_valid = lax.pmax(valid.astype(int), 'batch') > 0
      now, moved = select(any_valid, (now, moved), (stats, stats))
    stats = moved
  scale, bias = (params[k].astype(x.dtype) for k in ('scale', 'bias'))
  y = (x - now['mean']) * (lax.rsqrt(now['var'] + 1e-5) * scale) + bias
  return y.astype(dtype), stats


@as_pure(BatchNorm)
def batch_norm(n: BatchNorm) -> Functions:
  def init(rngs, xs):
    draw, features = partial(derive, rngs['params']), xs.shape[-1]
    params = batch_norm_init(draw, n, features)
    stats = batch_norm_stats(n, features)
    return {'params': params, 'batch_stats': stats}

  def apply(variables, xs):
    params, stats = variables['params'], variables['batch_stats']
    one = partial(batch_norm_apply, n, params, stats)
    ys, stats = jax.vmap(one, 0, (0, None), axis_name='batch')(xs)
    return Moved(ys, {'batch_stats': stats})

  return init, apply
