"""Networks whose collections move, as loops and as Flax has them."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.oracle.chance import derived, dropped, step_key
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import (
  Real,
  coarser,
  exact,
  mean,
  real,
  sqrt,
  stack,
  tanh,
  where,
)

Params = Mapping[str, Any]
Stats = dict[str, Real]


def counter(variables: Params, hyperparameters: dict[str, Any]) -> Any:
  """One more than it was, returned and remembered."""
  del hyperparameters
  count = exact(variables['counter']['count'] + 1)
  return count, {'counter': {'count': count}}


def stored(hyperparameters: dict[str, Any]) -> Any:
  """The dtype of the statistics: as `nn.BatchNorm` has it, no less than 32."""
  dtype = jnp.dtype(hyperparameters.get('param_dtype', 'float32'))
  return np.promote_types(dtype, 'float32')


def finer(hyperparameters: dict[str, Any]) -> float:
  """How many times the statistics are finer than the model's dtype, or 1."""
  given = hyperparameters.get('dtype') or hyperparameters.get('param_dtype')
  eps = float(jnp.finfo(given or 'float32').eps)
  return max(eps / float(jnp.finfo(stored(hyperparameters)).eps), 1.0)


def rougher(hyperparameters: dict[str, Any]) -> float:
  """How many times they are coarser, or 1: all is computed in their dtype."""
  given = hyperparameters.get('dtype') or stored(hyperparameters)
  eps = float(jnp.finfo(stored(hyperparameters)).eps)
  return max(eps / float(jnp.finfo(given).eps), 1.0)


def normalised(
  params: Params,
  stats: Any,
  x: Real,
  hyperparameters: dict[str, Any],
  valid: Any = True,
  units: float = 1.0,
) -> tuple[Real, Stats]:
  """Ioffe & Szegedy (2015), algorithm 1: x [batch, features] -> y, stats.

  A batch of 0, or of which nothing is valid, has no mean, and moves nothing.
  The statistics have a dtype that is units times finer than that of x.
  """
  rows = x if valid is True else x[valid]
  stats = {name: real(value) for name, value in stats.items()}
  middle, var = stats['mean'], stats['var']
  if len(rows) and not hyperparameters.get('use_running_average'):
    middle = mean(rows)
    var = mean((rows - middle) * (rows - middle))
    momentum = hyperparameters.get('momentum', 0.99)
    stats = {
      name: stats[name] * momentum + coarser(now * (1 - momentum), units)
      for name, now in (('mean', middle), ('var', var))
    }
  y = (x - middle) / sqrt(var + 1e-5) * params['scale'] + params['bias']
  return coarser(y, rougher(hyperparameters)), stats


def batch_norm(
  variables: Params, xs: Real, hyperparameters: dict[str, Any]
) -> Any:
  """y = (x - E x) / (Var x + 1e-5)^(1/2) scale + bias: xs [batch, features]."""
  params, stats = variables['params'], variables['batch_stats']
  ys, stats = normalised(params, stats, real(xs), hyperparameters)
  return ys, {'batch_stats': stats}


def block(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], rngs: Any
) -> Any:
  """batch_norm(dropout(dense(x))): xs [batch, inputs] -> ys [batch, features].

  Source: the Linen introduction, `Block`.
  """
  params, stats = variables['params'], variables['batch_stats']['batch_norm']
  training = hyperparameters.get('training', True)
  given = {**hyperparameters, 'use_running_average': not training}
  rows = []
  for b, x in enumerate(xs):
    row = affine(params['dense'], x)
    if training:
      key = step_key(rngs, 'dropout', b, len(xs), split=True)
      rate = hyperparameters.get('rate', 0.5)
      row = dropped(derived(key, 'dropout', 1), row, rate)
    rows.append(row)
  x = stack(rows, (given['features'],))
  how = given, True, finer(given)
  ys, stats = normalised(params['batch_norm'], stats, x, *how)
  return ys, {'batch_stats': {'batch_norm': stats}}


def batchnorm_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """h_t = tanh(h_{t-1} W_hh + BN(x_t W_xh)): xs [batch, time, inputs].

  The batch of a step is the sequences that have not ended; the others are
  normalised as it is, with x of their last step, and leave no trace.

  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural Networks.
  """
  cell = variables['params']['cell']
  stats = variables['batch_stats']['cell']['batch_norm']
  axis = hyperparameters.get('statistics', 'carry') == 'axis'
  shape, lengths = (len(xs), hyperparameters['features']), seq_lengths
  lengths = np.full(len(xs), xs.shape[1]) if lengths is None else lengths
  zero = exact(np.zeros(shape))
  h, hs, each = zero if initial_carry is None else real(initial_carry), [], []
  for t in range(xs.shape[1]):
    before = {n: s[t] for n, s in stats.items()} if axis else stats
    valid = t < np.asarray(lengths)
    how = hyperparameters, valid, finer(hyperparameters)
    x = affine(cell['input'], at(t, xs, lengths))
    x, after = normalised(cell['batch_norm'], before, x, *how)
    new = tanh(h @ cell['recurrent'] + x)
    hs.append(new)
    h = where(valid[:, None], new, h)
    each.append(after)
    stats = stats if axis else after
  if axis:
    stats = {n: stack([s[n] for s in each], shape[1:]) for n in stats}
  moved = {n: s if isinstance(s, Real) else real(s) for n, s in stats.items()}
  outputs = h, finished(stack(hs, shape), lengths, hyperparameters)
  return outputs, {'batch_stats': {'cell': {'batch_norm': moved}}}


def at(t: int, xs: Any, lengths: Any) -> Real:
  """x_t of each, or of its last step, or 1/2: xs [batch, time, inputs]."""
  half = exact(np.full(xs.shape[2], 0.5))
  ends = [min(t, int(length) - 1) for length in lengths]
  rows = [half if end < 0 else real(xs)[b, end] for b, end in enumerate(ends)]
  return stack(rows, half.shape)


def finished(hs: Real, lengths: Any, hyperparameters: dict[str, Any]) -> Real:
  """Hs [time, batch, features] -> [batch, time, features], padding put in."""
  hs = hs.swapaxes(0, 1)

  def whole(leaf: np.ndarray) -> np.ndarray:
    leaf = leaf.copy()
    for b, length in enumerate(map(int, lengths)):
      if length < leaf.shape[1]:
        leaf[b, length:] = leaf[b, max(length, 1) - 1]
      if hyperparameters.get('zero_padding'):
        leaf[b, length:] = 0
    return leaf

  return hs.map(whole)


def flax_batch_norm(
  variables: Params, xs: Any, hyperparameters: dict[str, Any]
) -> Any:
  """`nn.BatchNorm`, on the same variables: xs [batch, features].

  All in the dtype of the statistics: where Flax mixes two, JAX would have to
  promote, and under strict promotion refuses.
  """
  layer = flax_layer(hyperparameters, None, len(xs))
  wide = jax.tree.map(lambda x: x.astype(layer.dtype), (variables, xs))
  ys, updates = layer.apply(*wide, mutable=['batch_stats'])
  return ys.astype(hyperparameters['dtype']), updates


def flax_layer(
  hyperparameters: dict[str, Any], axis_name: str | None, batch: int
) -> nn.BatchNorm:
  """Flax's own layer; its fast variance, E x^2 - (E x)^2, cancels: not that.

  Of a batch of 0 it would make NaN.
  """
  dtype = stored(hyperparameters)
  return nn.BatchNorm(
    hyperparameters.get('use_running_average', False) or not batch,
    momentum=hyperparameters.get('momentum', 0.99),
    dtype=dtype,
    param_dtype=dtype,
    axis_name=axis_name,
    use_fast_variance=False,
    force_float32_reductions=False,
    name=axis_name and 'batch_norm',
  )


class FlaxBlock(nn.Module):
  """The Linen introduction's `Block`, of one example: x [inputs]."""

  hyperparameters: Mapping[str, Any]
  batch: int

  @nn.compact
  def __call__(self, x: Any) -> Any:
    """x [inputs] -> y [features]."""
    given = dict(self.hyperparameters)
    training = given.get('training', True)
    x = nn.Dense(given['features'], dtype=given['dtype'], name='dense')(x)
    rate = given.get('rate', 0.5)
    x = nn.Dropout(rate, deterministic=not training, name='dropout')(x)
    given['use_running_average'] = not training
    x = x.astype(stored(given))
    return flax_layer(given, 'batch', self.batch)(x).astype(given['dtype'])


def flax_block(
  variables: Params, xs: Any, hyperparameters: dict[str, Any], rngs: Any
) -> Any:
  """Flax's own layers under `nn.vmap`, on the same variables and stream."""
  vmap = nn.vmap(
    FlaxBlock,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
  params, wide = dict(variables['params']), stored(hyperparameters)
  params['batch_norm'] = jax.tree.map(
    lambda leaf: leaf.astype(wide), params['batch_norm']
  )
  return vmap(hyperparameters, len(xs)).apply(
    {**variables, 'params': params}, xs, rngs=rngs, mutable=['batch_stats']
  )
