"""Which characters may come next, and how likely: what is done to the logits.

In the order of llama.cpp: top-k, top-p, min-p, temperature. So the three that
exclude characters look at the probabilities as trained, p = softmax(logits),
each among those that are left by the ones before it. Excluded is -inf; at least
one character, the likeliest, always stays.

Of equal logits the first comes first, so top-k leaves exactly k.
"""

from typing import NamedTuple

import jax
from jax import numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from core_rnn.types import PRNGKey

Logits = Float[Array, 'vocab']
"""A number a character, [vocab]; -inf of one that is excluded."""

Scalar = float | Float[Array, '']
"""A number, of shape []."""


class Choice(NamedTuple):
  """How to choose among characters; each [], and by default as trained."""

  temperature: Scalar = 1.0
  top_k: int | Int[Array, ''] = 0
  top_p: Scalar = 1.0
  min_p: Scalar = 0.0


def draw(key: PRNGKey, logits: Logits, choice: Choice) -> Int[Array, '']:
  """A character i [], with probability softmax(chosen(logits, choice))_i.

  Source: `jax.random.categorical`.
  """
  chances = chosen(logits, choice)
  return jax.random.categorical(key, chances).astype(jnp.int32)


def chosen(logits: Logits, choice: Choice) -> Logits:
  """temperature(min_p(top_p(top_k(l)))); [vocab] -> float32 [vocab].

  Source: the default of `--samplers` in llama.cpp.
  """
  logits = top_k(widened(logits), choice.top_k)
  logits = min_p(top_p(logits, choice.top_p), choice.min_p)
  return temperature(logits, choice.temperature)


def top_k(logits: Logits, k: int | Int[Array, '']) -> Logits:
  """l_i of the k greatest, [vocab] -> [vocab]; k = 0 excludes none.

  Source: Fan et al. (2018), Hierarchical Neural Story Generation.
  """
  return only(logits, (places(logits) < k) | (k == 0))


def top_p(logits: Logits, p: Scalar) -> Logits:
  """l_i of the fewest, greatest first, with sum p_i >= p, [vocab] -> [vocab].

  p = 1 excludes none, however the sum is rounded.

  Source: Holtzman et al. (2020), The Curious Case of Neural Text Degeneration.
  """
  falling = -jnp.sort(-jax.nn.softmax(widened(logits)))
  before = jnp.pad(jnp.cumsum(falling)[:-1], (1, 0))
  return only(logits, (before[places(logits)] < p) | (p >= 1))


def min_p(logits: Logits, p: Scalar) -> Logits:
  """l_i where p_i >= p max_j p_j, or l_i - max_j l_j >= log p; p = 0: all.

  [vocab] -> [vocab].

  Source: Nguyen et al. (2024), Turning Up the Heat: Min-p Sampling.
  """
  wide = widened(logits)
  return only(logits, wide - wide.max() >= jnp.log(p))


def temperature(logits: Logits, t: Scalar) -> Logits:
  """(l_i - max_j l_j) / t; t = 0: the greatest alone.

  [vocab] -> float32 [vocab]. Without the shift, which changes no probability, a
  large logit over a small t would be infinite.
  """
  shifted = widened(logits) - widened(logits).max()
  warm = shifted / jnp.where(t > 0, t, 1.0)
  return jnp.where(t > 0, warm, top_k(shifted, 1))


def places(logits: Logits) -> Int[Array, 'vocab']:
  """How many come before each in falling order, [vocab] -> [vocab]."""
  return jnp.argsort(jnp.argsort(logits, descending=True, stable=True))


def only(logits: Logits, kept: Bool[Array, 'vocab']) -> Logits:
  """l_i where it is kept, and else -inf, [vocab] -> [vocab]."""
  return jnp.where(kept, logits, -jnp.inf)


def widened(logits: Logits) -> Logits:
  """The same logits [vocab], in float32: a sum of bfloat16 would be coarse."""
  return logits.astype(jnp.float32)
