"""Layers of h' = tanh([h, x] W + b), and logits of the last: few lines."""

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.model import Model


def char_rnn(
  vocab,
  features,
  *,
  cell='concatenated',
  embedding=None,
  rate=0.0,
  deterministic=False,
  residual=False,
  learned_carry=False,
  loop='scan',
  dtype='float32',
):
  """tokens [batch, time] -> carries [batch, features], logits."""
  if min(features, default=0) < 1:
    raise ValueError(
      f'stand-in char_rnn: features: expected sizes >= 1, got {features}'
    )

  def init(rngs, tokens):
    keys = jax.random.split(rngs['params'], len(features) + 1)
    sizes = [embedding or vocab, *features, vocab]
    params = {}
    for number, key in enumerate(keys):
      fan_in, fan_out = sizes[number : number + 2]
      fan_in += fan_out * (number < len(features))
      kernel = jax.random.normal(key, (fan_in, fan_out)) / fan_in**0.5
      bias = jnp.zeros(fan_out)
      params[f'layer_{number}'] = {'kernel': kernel, 'bias': bias}
      if learned_carry and number < len(features):
        params[f'layer_{number}']['carry'] = jnp.full(fan_out, 0.1)
    return {'params': params}

  def dense(p, x):
    y = x @ p['kernel'].astype(dtype)
    return y + jnp.broadcast_to(p['bias'].astype(dtype), y.shape)

  def first(params, batch):
    zeros = [jnp.zeros(n, dtype) for n in features]
    learned = [p.get('carry') for p in params.values()]
    rows = learned[: len(features)] if learned_carry else zeros
    return tuple(jnp.tile(row.astype(dtype), (batch, 1)) for row in rows)

  def apply(variables, tokens, initial_carry=None, seq_lengths=None, rngs=None):
    params, (batch, time) = variables['params'], tokens.shape
    xs = jax.nn.one_hot(tokens.T, embedding or vocab, dtype=dtype)
    carries = initial_carry
    if carries is None:
      carries = first(params, batch)
    lengths = jnp.full(batch, time) if seq_lengths is None else seq_lengths
    valid = jnp.arange(time)[:, None, None] < lengths[:, None]
    ends = []
    for number in range(len(features)):
      p = params[f'layer_{number}']

      def step(h, inputs, p=p):
        x, valid = inputs
        new = jnp.tanh(dense(p, jnp.concatenate([h, x], -1)))
        new = jnp.where(valid, new, h)
        return new, new

      end, ys = lax.scan(step, carries[number], (xs, valid))
      ends.append(end)
      if rate and not deterministic:
        key = jax.random.fold_in(rngs['dropout'], number)
        ys = jnp.where(jax.random.bernoulli(key, 1 - rate, ys.shape), ys, 0)
        ys = ys / (1 - rate)
      xs = ys
    logits = dense(params[f'layer_{len(features)}'], xs)
    return tuple(ends), logits.swapaxes(0, 1)

  return Model(init, apply)
