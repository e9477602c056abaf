"""Attention, as loops from its equations and as Flax has it."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.oracle.chance import derived, dropped
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import (
  Real,
  computed,
  exact,
  mean,
  real,
  stack,
  total,
)

Params = Mapping[str, Any]
Hyperparameters = dict[str, Any]


def softmax(x: Real, seen: np.ndarray) -> Real:
  """exp(x_i) / sum_j exp(x_j) along the last axis, of those that are seen.

  Its slopes |y_i (1_ij - y_j)| add up to 2 y_i (1 - y_i) <= 1/2 over j, so
  that it moves by half of what the entry moves by that moves most; and each
  entry of its own takes an exp, a sum and a division.
  """
  known = np.where(seen, x.value, -np.inf)
  shifted = x - real(known.max(-1, keepdims=True))
  terms = np.exp(np.where(seen, shifted.value, -np.inf))
  value = terms / terms.sum(-1, keepdims=True)
  moved = np.where(seen, shifted.scale, 0.0).max(-1, keepdims=True)
  y = Real(value, np.where(seen, 0.5 * moved, 0.0) + 3 * value)

  def back(slope: Real) -> Real:
    return y * (slope - total(slope * y, -1)[..., None])

  return computed(y.value, y.scale, (x, back))


def cut(keys: Any, length: Any) -> tuple[Any, int]:
  """The keys [keys, ...] before the length, and how many are left out."""
  kept = keys if length is None else keys[: int(length)]
  return kept, len(keys) - len(kept)


def weighed(
  key: Any,
  q: Any,
  k: Any,
  v: Any,
  hyperparameters: Hyperparameters,
  cut_off: int = 0,
) -> Real:
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij of the key.

  A mask is drawn for the keys too that are cut off. Of no keys, the sum is 0.
  """
  q, k, v = real(q), real(k), real(v)
  if not len(k):
    return exact(np.zeros((len(q), v.value.shape[-1])))
  score = q @ k.map(np.transpose)
  if hyperparameters.get('scaled'):
    score = score / np.sqrt(q.value.shape[-1])
  seen = np.ones(score.value.shape, bool)
  if hyperparameters.get('causal'):
    seen = np.tril(seen)
  weights = softmax(score, seen)
  if not hyperparameters.get('deterministic'):
    whole = weights.map(lambda w: np.pad(w, ((0, 0), (0, cut_off))))
    whole = dropped(key, whole, hyperparameters.get('rate', 0.1))
    weights = whole[:, : len(k)]
  return weights @ v


def raw_attention(
  variables: Params,
  query: Real,
  key: Real,
  value: Real,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Real:
  """As `weighed`: query [queries, features], key, value [keys, features].

  Source: Luong et al. (2015), Effective Approaches to Attention, equation 7
  with the score `dot`; the Linen introduction, `RawDotProductAttention`.
  """
  del variables
  coins = derived(rngs['dropout'], 'dropout', 1)
  (key, cut_off), (value, _) = cut(key, key_lengths), cut(value, key_lengths)
  return weighed(coins, query, key, value, hyperparameters, cut_off)


def head(
  params: Params,
  coins: Any,
  q: Any,
  kv: Any,
  hyperparameters: Hyperparameters,
  length: Any = None,
) -> Real:
  """q [queries, inputs], kv [keys, sources] -> y [queries, out_features]."""
  kv, cut_off = cut(kv, length)

  def project(name: str, rows: Any) -> Real:
    features = params[name]['kernel'].shape[1:]
    return stack([affine(params[name], x) for x in rows], features)

  projected = (project('query', q), project('key', kv), project('value', kv))
  y = weighed(coins, *projected, hyperparameters, cut_off)
  return project('out', [y[i] for i in range(len(y))])


def attention(
  variables: Params,
  inputs_q: Real,
  inputs_kv: Real,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Real:
  """`head`, of inputs_q [queries, inputs], inputs_kv [keys, sources].

  Source: Vaswani et al. (2017), Attention Is All You Need, head_i of section
  3.2.2, with the scale of equation 1 where it is asked for; the introduction.
  """
  coins = derived(rngs['dropout'], 'raw', 'dropout', 1)
  params = variables['params']
  xs = (inputs_q, inputs_kv, hyperparameters, key_lengths)
  return head(params, coins, *xs)


def coins_of(rngs: Any, h: int, hyperparameters: Hyperparameters) -> Any:
  """The key of the mask of head h."""
  key = rngs['dropout']
  if not hyperparameters.get('broadcast_dropout'):
    heads = hyperparameters.get('num_heads', 1)
    key = jax.random.split(jax.random.clone(key), heads)[h]
  return derived(key, 'attention', 'raw', 'dropout', 1)


def of_heads(
  params: Params,
  rngs: Any,
  q: Real,
  kv: Real,
  hyperparameters: Hyperparameters,
  length: Any = None,
) -> Real:
  """The mean over the heads: q [queries, inputs], kv [keys, sources]."""
  each = [
    head(
      jax.tree.map(lambda leaf, h=h: leaf[h], params),
      coins_of(rngs, h, hyperparameters),
      *(q, kv, hyperparameters, length),
    )
    for h in range(hyperparameters.get('num_heads', 1))
  ]
  return mean(stack(each))


def multi_head_attention(
  variables: Params,
  inputs_q: Real,
  inputs_kv: Real,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Real:
  """The mean over the heads, for each example of the batch.

  Source: the Linen introduction, `MultiHeadDotProductAttention`.
  """
  axes = tuple(hyperparameters.get('batch_axes', (0,)))
  lead = tuple(range(len(axes)))
  q, kv = (
    x.map(lambda leaf: np.moveaxis(leaf, axes, lead))
    for x in (inputs_q, inputs_kv)
  )
  params = variables['params']['attention']
  places = np.argsort([axis % inputs_q.ndim for axis in axes])
  if key_lengths is not None:  # its axes are in the order of those of inputs_kv
    key_lengths = np.transpose(key_lengths, np.argsort(places))

  def example(q: Real, kv: Real, length: Any) -> Real:
    return of_heads(params, rngs, q, kv, hyperparameters, length)

  batch = q.shape[: len(axes)]
  of = lambda b: None if key_lengths is None else key_lengths[b]
  ys = stack([example(q[b], kv[b], of(b)) for b in np.ndindex(batch)])
  shaped = ys.map(lambda leaf: leaf.reshape(*batch, *leaf.shape[1:]))
  return shaped.map(lambda leaf: np.moveaxis(leaf, lead, axes))


def for_flax(query: Any, hyperparameters: Hyperparameters) -> Any:
  """Query [..., features] by features^(1/2), by which Flax will divide it.

  That rounds nothing where features is 1, 4, 16, ..., as in every row. Where
  it is to be scaled, Flax does so.
  """
  if hyperparameters.get('scaled'):
    return query
  return query * jnp.sqrt(query.shape[-1]).astype(query.dtype)


def flax_mask(
  q: Any, k: Any, hyperparameters: Hyperparameters, length: Any
) -> Any:
  """What may be attended to, [heads, queries, keys]; None if all may be."""
  causal = None
  if hyperparameters.get('causal'):
    causal = jnp.tri(len(q), len(k), dtype=bool)[None]
  return nn.combine_masks(causal, before(k, length), dtype=bool)


def before(k: Any, length: Any) -> Any:
  """Whether a key stands before the length, [1, 1, keys]; None without one."""
  if length is None:
    return None
  return (jnp.arange(len(k)) < length.astype(int))[None, None]


def emptied(k: Any, length: Any) -> Any:
  """Keys [keys, ...], 0 from the length on: Flax's softmax of none sees all."""
  return k if length is None else jnp.where(before(k, length)[0].T, k, 0)


def flax_raw_attention(
  variables: Params,
  query: Any,
  key: Any,
  value: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Any:
  """`nn.dot_product_attention`, of one head: [queries, features]."""
  del variables
  key, value = emptied(key, key_lengths), emptied(value, key_lengths)
  y = nn.dot_product_attention(
    for_flax(query, hyperparameters)[:, None],
    key[:, None],
    value[:, None],
    mask=flax_mask(query, key, hyperparameters, key_lengths),
    dropout_rng=derived(rngs['dropout'], 'dropout', 1),
    dropout_rate=hyperparameters.get('rate', 0.1),
    deterministic=hyperparameters.get('deterministic', False),
  )
  return y[:, 0]


def flax_head(
  params: Params,
  coins: Any,
  q: Any,
  kv: Any,
  hyperparameters: Hyperparameters,
  length: Any = None,
) -> Any:
  """`nn.MultiHeadDotProductAttention`, of one head: [queries, out_features]."""
  theirs = {
    name: {
      'kernel': params[name]['kernel'][:, None],
      'bias': jnp.zeros((1, features), params[name]['kernel'].dtype),
    }
    for name in ('query', 'key', 'value')
    for features in params[name]['kernel'].shape[1:]
  }
  kernel = for_flax(theirs['query']['kernel'], hyperparameters)
  theirs['query']['kernel'] = kernel
  out = params['out']
  theirs['out'] = {'kernel': out['kernel'][None], 'bias': out['bias']}
  layer = nn.MultiHeadDotProductAttention(
    num_heads=1,
    qkv_features=params['query']['kernel'].shape[1],
    out_features=params['out']['kernel'].shape[1],
    dropout_rate=hyperparameters.get('rate', 0.1),
    deterministic=hyperparameters.get('deterministic', False),
    dtype=hyperparameters['dtype'],
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
  )
  mask = flax_mask(q, kv, hyperparameters, length)
  given = {'mask': mask, 'dropout_rng': coins}
  return layer.apply({'params': theirs}, q, emptied(kv, length), **given)


def flax_attention(
  variables: Params,
  inputs_q: Any,
  inputs_kv: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Any:
  """`flax_head`, of inputs_q [queries, inputs], inputs_kv [keys, sources]."""
  coins = derived(rngs['dropout'], 'raw', 'dropout', 1)
  params = variables['params']
  xs = (inputs_q, inputs_kv, hyperparameters, key_lengths)
  return flax_head(params, coins, *xs)


def flax_multi_head_attention(
  variables: Params,
  inputs_q: Any,
  inputs_kv: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
  key_lengths: Any = None,
) -> Any:
  """The mean of `flax_head` over the heads, for each example of the batch."""
  params = variables['params']['attention']

  def heads(q: Any, kv: Any, length: Any) -> Any:
    each = [
      flax_head(
        jax.tree.map(lambda leaf, h=h: leaf[h], params),
        coins_of(rngs, h, hyperparameters),
        q,
        kv,
        hyperparameters,
        length,
      )
      for h in range(hyperparameters.get('num_heads', 1))
    ]
    return jnp.stack(each).mean(0)

  axes = sorted(hyperparameters.get('batch_axes', (0,)))
  for place, axis in enumerate(axes):
    heads = jax.vmap(heads, (axis, axis, place), axis)
  return heads(inputs_q, inputs_kv, key_lengths)
