"""Each choice does what its plain definition in NumPy and float64 does."""

import math

import jax
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.language_model.choosing import (
  Choice,
  chosen,
  draw,
  min_p,
  temperature,
  top_k,
  top_p,
)

NEAR = 1e-5  # of a border, where float32 may fall on the other side
SIZES = (1, 6)
compiled = {f.__name__: jax.jit(f) for f in (top_k, top_p, min_p, temperature)}
compiled['chosen'] = jax.jit(chosen)

# XLA takes subnormal numbers for 0 on a CPU, so they tie there
usual = st.floats(-20, 20, width=32, allow_subnormal=False)
extreme = st.sampled_from([-3e38, -1e4, -1e-30, 0.0, 1e-30, 1.0, 1e4, 3e38])
few = st.sampled_from([-1.0, 0.0, 2.0])  # so that there are ties


def of_size(size):
  """Logits [size]: usual, extreme, tied, all equal, or all but one equal."""
  lists = [
    st.lists(each, min_size=size, max_size=size)
    for each in (usual, extreme, few)
  ]
  equal = usual.map(lambda value: [value] * size)
  hot = st.integers(0, size - 1).map(lambda place: list(np.eye(size)[place]))
  return st.one_of(*lists, equal, hot)


logits_of = st.tuples(
  st.sampled_from(SIZES).flatmap(of_size),
  st.sampled_from([jnp.float32, jnp.bfloat16]),
).map(lambda drawn: jnp.asarray(*drawn))
counts = st.integers(0, max(SIZES) + 1)
chances = st.one_of(st.floats(0.01, 1), st.sampled_from([0.25, 0.5, 1.0]))
shares = st.one_of(st.just(0.0), st.floats(1e-30, 1))
temperatures = st.one_of(
  st.floats(0.01, 10), st.sampled_from([0.0, 1e-30, 1.0, 1e30])
)


def wide(logits):
  """The same numbers in float64, which holds all of them."""
  return np.asarray(logits.astype(jnp.float32), np.float64)


def softmax(logits):
  """p_i = e^l_i / sum_j e^l_j."""
  powers = np.exp(logits - logits.max())
  return powers / powers.sum()


def falling(logits):
  """The characters from the greatest logit on, of equal ones the first."""
  return sorted(range(len(logits)), key=lambda i: (-logits[i], i))


def only(logits, kept):
  """The logits of those that are kept."""
  return np.where(np.isin(np.arange(len(logits)), kept), logits, -np.inf)


def plain_top_k(logits, k):
  """The k greatest."""
  return only(logits, falling(logits)[: k or None])


def plain_top_p(logits, p):
  """The fewest whose probabilities come to p; of 1, all."""
  if p == 1:
    return logits
  kept, total, probabilities = [], 0.0, softmax(logits)
  for i in falling(logits):
    assume(not kept or abs(total - p) > NEAR)
    if kept and total >= p:
      break
    kept.append(i)
    total += probabilities[i]
  return only(logits, kept)


def plain_min_p(logits, p):
  """Those at least p times as likely as the likeliest."""
  behind = logits.max() - logits
  most = math.inf if p == 0 else -math.log(p)
  assume(p == 0 or (abs(behind[behind > 0] - most) > NEAR).all())
  return np.where(behind <= most, logits, -np.inf)


def plain_chances(logits, t):
  """softmax(l / t), at t = 0 the greatest alone."""
  if t < np.finfo(np.float32).tiny:
    return softmax(plain_top_k(logits, 1))
  return softmax((logits - logits.max()) / t)


@settings(max_examples=60)
@given(logits_of, counts)
def test_top_k_leaves_the_k_greatest_as_they_are(logits, k):
  found = compiled['top_k'](logits, k)
  np.testing.assert_array_equal(wide(found), plain_top_k(wide(logits), k))


@settings(max_examples=60)
@given(logits_of, chances)
def test_top_p_leaves_the_fewest_that_come_to_p_as_they_are(logits, p):
  found = compiled['top_p'](logits, p)
  np.testing.assert_array_equal(wide(found), plain_top_p(wide(logits), p))


@settings(max_examples=60)
@given(logits_of, st.one_of(shares, chances))
def test_min_p_leaves_what_is_p_times_as_likely_as_the_likeliest(logits, p):
  found = compiled['min_p'](logits, p)
  np.testing.assert_array_equal(wide(found), plain_min_p(wide(logits), p))


@settings(max_examples=60)
@given(logits_of, temperatures)
def test_temperature_divides_the_logits(logits, t):
  found = softmax(wide(compiled['temperature'](logits, t)))
  expected = plain_chances(wide(logits), t)
  np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-30)


@settings(max_examples=60)
@given(logits_of, temperatures, counts, chances, shares)
def test_choices_are_made_in_the_order_of_llama_cpp(logits, t, k, p, low):
  found = compiled['chosen'](logits, Choice(t, k, p, low))
  left = plain_min_p(plain_top_p(plain_top_k(wide(logits), k), p), low)
  expected = plain_chances(left, t)
  np.testing.assert_allclose(softmax(wide(found)), expected, 1e-4, 1e-30)


@settings(max_examples=60)
@given(logits_of, temperatures, counts, chances, shares)
def test_the_likeliest_character_always_stays(logits, t, k, p, low):
  found = wide(compiled['chosen'](logits, Choice(t, k, p, low)))
  assert np.isfinite(found[falling(wide(logits))[0]])
  assert not np.isnan(found).any()


@settings(max_examples=60)
@given(logits_of)
def test_by_default_every_probability_is_as_trained(logits):
  found = wide(compiled['chosen'](logits, Choice()))
  expected = softmax(wide(logits))
  np.testing.assert_allclose(softmax(found), expected, rtol=1e-5, atol=1e-30)


def logs(*probabilities):
  return jnp.log(jnp.array(probabilities, jnp.float32))


@pytest.mark.parametrize(
  ('choice', 'left', 'why'),
  [
    (Choice(top_k=2, top_p=0.6), 1, 'of 0.5 and 0.3, the first is 0.625'),
    (Choice(top_p=0.6), 2, 'the first is 0.5, and not yet 0.6'),
    (Choice(top_p=0.6, temperature=100.0), 2, 'p looks at 0.5, not at 0.34'),
    (Choice(min_p=0.5, temperature=100.0), 2, 'p looks at 0.2, not at 0.33'),
    (Choice(top_k=9), 3, 'there are no more'),
    (Choice(temperature=0.0), 1, 'the greatest'),
  ],
)
def test_what_a_choice_looks_at_is_what_those_before_it_left(choice, left, why):
  found = compiled['chosen'](logs(0.5, 0.3, 0.2), choice)
  assert np.isfinite(found).sum() == left, why


def test_where_sums_are_exact_top_p_stops_as_soon_as_it_has_p():
  found = compiled['top_p'](jnp.zeros(4), 0.5)
  np.testing.assert_array_equal(found, [0, 0, -math.inf, -math.inf])


def test_top_p_of_1_excludes_none_though_the_sum_is_1_before_the_last():
  logits = jnp.array([0.0, -30.0, -31.0, -32.0])
  np.testing.assert_array_equal(compiled['top_p'](logits, 1.0), logits)


@pytest.mark.parametrize('t', [1.0, 0.5])
def test_characters_are_drawn_as_often_as_their_probabilities_say(t):
  n, probabilities = 4096, np.array([0.5, 0.3, 0.15, 0.05])
  keys = jax.random.split(jax.random.key(3), n)
  one = lambda key: draw(key, logs(*probabilities), Choice(temperature=t))
  found = np.bincount(jax.jit(jax.vmap(one))(keys), minlength=4)
  expected = probabilities ** (1 / t) / (probabilities ** (1 / t)).sum()
  deviation = np.sqrt(n * expected * (1 - expected))
  assert (abs(found - n * expected) < 4 * deviation).all(), (found, expected)
