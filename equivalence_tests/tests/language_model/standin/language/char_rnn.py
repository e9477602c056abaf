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
  """Tokens [batch, time] -> carries [batch, features], logits."""
  if min(features, default=0) < 1:
    expected = 'features: expected sizes >= 1'
    raise ValueError(f'stand-in char_rnn: {expected}, got {features}')
  inputs = (embedding or vocab, *features)
  layers = len(features)

  def init(rngs, tokens):
    keys = jax.random.split(rngs['params'], layers + 1)
    return {
      'params': {
        **{
          f'layer_{n}': {
            **made(keys[n], inputs[n] + inputs[n + 1], inputs[n + 1]),
            **({'carry': jnp.full(features[n], 0.1)} if learned_carry else {}),
          }
          for n in range(layers)
        },
        'output': made(keys[-1], features[-1], vocab),
      }
    }

  def first(p, size, batch):
    row = p['carry'] if learned_carry else jnp.zeros(size)
    return jnp.tile(row.astype(dtype), (batch, 1))

  def apply(variables, tokens, initial_carry=None, seq_lengths=None, rngs=None):
    params, (batch, time) = variables['params'], tokens.shape
    valid = valid_steps(batch, time, seq_lengths)
    ys = jax.nn.one_hot(tokens.T, inputs[0], dtype=dtype)
    ends = []
    for n, size in enumerate(features):
      p = params[f'layer_{n}']
      carry = initial_carry[n] if initial_carry else first(p, size, batch)
      end, ys = over_time(p, carry, ys, valid)
      ends.append(end)
      if rate and not deterministic:
        key = jax.random.fold_in(rngs['dropout'], n)
        kept = jax.random.bernoulli(key, 1 - rate, ys.shape)
        ys = jnp.where(kept, ys / (1 - rate), 0)
    logits = dense(params['output'], ys)
    return tuple(ends), logits.swapaxes(0, 1)

  return Model(init, apply)


def made(key, inputs, outputs):
  """A kernel and a bias."""
  kernel = jax.random.normal(key, (inputs, outputs)) / inputs**0.5
  return {'kernel': kernel, 'bias': jnp.zeros(outputs)}


def dense(p, x):
  """X W + b."""
  y = x @ p['kernel'].astype(x.dtype)
  return y + jnp.broadcast_to(p['bias'].astype(x.dtype), y.shape)


def valid_steps(batch, time, lengths):
  """Whether a step is no padding: [time, batch, 1]."""
  lengths = jnp.full(batch, time) if lengths is None else lengths
  return jnp.arange(time)[:, None, None] < lengths[None, :, None]


def over_time(p, carry, xs, valid):
  """The last h, and all, [time, batch, features]."""

  def step(h, inputs):
    x, valid = inputs
    new = jnp.tanh(dense(p, jnp.concatenate([h, x], -1)))
    new = jnp.where(valid, new, h)
    return new, new

  return lax.scan(step, carry, (xs, valid))
