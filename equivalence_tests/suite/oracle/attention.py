"""Attention, as loops from its equations and as Flax has it."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.oracle.chance import derived, dropped
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import Real, mean, real, stack

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
  y = terms / terms.sum(-1, keepdims=True)
  moved = np.where(seen, shifted.scale, 0.0).max(-1, keepdims=True)
  return Real(y, 0.5 * moved + 3 * y)


def weighed(
  key: Any, q: Any, k: Any, v: Any, hyperparameters: Hyperparameters
) -> Real:
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij of the key."""
  q, k, v = real(q), real(k), real(v)
  score = q @ k.map(np.transpose)
  if hyperparameters.get('scaled'):
    score = score / np.sqrt(q.value.shape[-1])
  seen = np.ones(score.value.shape, bool)
  if hyperparameters.get('causal'):
    seen = np.tril(seen)
  weights = softmax(score, seen)
  if not hyperparameters.get('deterministic'):
    weights = dropped(key, weights, hyperparameters.get('rate', 0.1))
  return weights @ v


def raw_attention(
  variables: Params,
  query: np.ndarray,
  key: np.ndarray,
  value: np.ndarray,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Real:
  """As `weighed`: query [queries, features], key, value [keys, features].

  Source: Luong et al. (2015), Effective Approaches to Attention, equation 7
  with the score `dot`; the Linen introduction, `RawDotProductAttention`.
  """
  del variables
  coins = derived(rngs['dropout'], 'dropout', 1)
  return weighed(coins, query, key, value, hyperparameters)


def head(
  params: Params, coins: Any, q: Any, kv: Any, hyperparameters: Hyperparameters
) -> Real:
  """q [queries, inputs], kv [keys, sources] -> y [queries, out_features]."""
  project = lambda name, rows: stack([affine(params[name], x) for x in rows])
  projected = (project('query', q), project('key', kv), project('value', kv))
  y = weighed(coins, *projected, hyperparameters)
  return project('out', [y[i] for i in range(len(y))])


def attention(
  variables: Params,
  inputs_q: np.ndarray,
  inputs_kv: np.ndarray,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Real:
  """`head`, of inputs_q [queries, inputs], inputs_kv [keys, sources].

  Source: Vaswani et al. (2017), Attention Is All You Need, head_i of section
  3.2.2, with the scale of equation 1 where it is asked for; the introduction.
  """
  coins = derived(rngs['dropout'], 'raw', 'dropout', 1)
  params = variables['params']
  return head(params, coins, inputs_q, inputs_kv, hyperparameters)


def coins_of(rngs: Any, h: int, hyperparameters: Hyperparameters) -> Any:
  """The key of the mask of head h."""
  key = rngs['dropout']
  if not hyperparameters.get('broadcast_dropout'):
    heads = hyperparameters.get('num_heads', 1)
    key = jax.random.split(jax.random.clone(key), heads)[h]
  return derived(key, 'attention', 'raw', 'dropout', 1)


def multi_head_attention(
  variables: Params,
  inputs_q: np.ndarray,
  inputs_kv: np.ndarray,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Real:
  """The mean over the heads, for each example of the batch.

  Source: the Linen introduction, `MultiHeadDotProductAttention`.
  """
  axes = tuple(hyperparameters.get('batch_axes', (0,)))
  lead = tuple(range(len(axes)))
  q, kv = (np.moveaxis(x, axes, lead) for x in (inputs_q, inputs_kv))
  params = variables['params']['attention']

  def example(q: np.ndarray, kv: np.ndarray) -> Real:
    return mean(
      stack(
        [
          head(
            jax.tree.map(lambda leaf, h=h: leaf[h], params),
            coins_of(rngs, h, hyperparameters),
            q,
            kv,
            hyperparameters,
          )
          for h in range(hyperparameters.get('num_heads', 1))
        ]
      )
    )

  batch = q.shape[: len(axes)]
  ys = stack([example(q[b], kv[b]) for b in np.ndindex(batch)])
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


def flax_mask(q: Any, k: Any, hyperparameters: Hyperparameters) -> Any:
  """What may be attended to, [heads, queries, keys]; None if all may be."""
  if not hyperparameters.get('causal'):
    return None
  return jnp.tri(len(q), len(k), dtype=bool)[None]


def flax_raw_attention(
  variables: Params,
  query: Any,
  key: Any,
  value: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Any:
  """`nn.dot_product_attention`, of one head: [queries, features]."""
  del variables
  y = nn.dot_product_attention(
    for_flax(query, hyperparameters)[:, None],
    key[:, None],
    value[:, None],
    mask=flax_mask(query, key, hyperparameters),
    dropout_rng=derived(rngs['dropout'], 'dropout', 1),
    dropout_rate=hyperparameters.get('rate', 0.1),
    deterministic=hyperparameters.get('deterministic', False),
  )
  return y[:, 0]


def flax_head(
  params: Params, coins: Any, q: Any, kv: Any, hyperparameters: Hyperparameters
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
  theirs['out'] = {
    'kernel': params['out']['kernel'][None],
    'bias': params['out']['bias'],
  }
  layer = nn.MultiHeadDotProductAttention(
    num_heads=1,
    qkv_features=params['query']['kernel'].shape[1],
    out_features=params['out']['kernel'].shape[1],
    dropout_rate=hyperparameters.get('rate', 0.1),
    deterministic=hyperparameters.get('deterministic', False),
    dtype=hyperparameters['dtype'],
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
  )
  given = {'mask': flax_mask(q, kv, hyperparameters), 'dropout_rng': coins}
  return layer.apply({'params': theirs}, q, kv, **given)


def flax_attention(
  variables: Params,
  inputs_q: Any,
  inputs_kv: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Any:
  """`flax_head`, of inputs_q [queries, inputs], inputs_kv [keys, sources]."""
  coins = derived(rngs['dropout'], 'raw', 'dropout', 1)
  params = variables['params']
  return flax_head(params, coins, inputs_q, inputs_kv, hyperparameters)


def flax_multi_head_attention(
  variables: Params,
  inputs_q: Any,
  inputs_kv: Any,
  hyperparameters: Hyperparameters,
  rngs: Any,
) -> Any:
  """The mean of `flax_head` over the heads, for each example of the batch."""
  params = variables['params']['attention']

  def heads(q: Any, kv: Any) -> Any:
    each = [
      flax_head(
        jax.tree.map(lambda leaf, h=h: leaf[h], params),
        coins_of(rngs, h, hyperparameters),
        q,
        kv,
        hyperparameters,
      )
      for h in range(hyperparameters.get('num_heads', 1))
    ]
    return jnp.stack(each).mean(0)

  for axis in sorted(hyperparameters.get('batch_axes', (0,))):
    heads = jax.vmap(heads, axis, axis)
  return heads(inputs_q, inputs_kv)
