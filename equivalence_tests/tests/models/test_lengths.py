"""What a length does where a model has one sequence, or its batch moves."""

import chex
import jax
import numpy as np
import pytest
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.cases import hyperparameters
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find

ALONE = (
  *('elman', 'lstm', 'conv_lstm', 'ssm'),  # of a kind each
  *('clipped_rnn', 'local_rnn', 'ponder_rnn', 'settling_rnn'),
)
TIME, LENGTH = 5, 3
LENGTHS = jnp.array([3, 5, 0, 1])
PADDING = np.arange(TIME) >= np.asarray(LENGTHS)[:, None]


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def normal(*shape, seed=0):
  return jax.random.normal(jax.random.key(seed), shape)


def alone(way, model, **more):
  """A model of one sequence, its variables, the sequence and its padding."""
  setting = CASES[model].rows[0]
  given = {**hyperparameters(setting), **more}
  (axes,) = CASES[model].arguments.values()
  sizes = {**setting.sizes, 'time': TIME, 'features': 3}
  xs = normal(*(sizes[axis] for axis in axes.split()))
  one = way.factory(model)(**given)
  variables = one.init(jax.random.key(1), xs)
  moving = {'mutable': ['cache']} if 'cache' in variables else {}
  return jax.tree_util.Partial(one.apply, **moving), variables, xs


@pytest.mark.parametrize('model', ALONE)
def test_a_sequence_of_a_length_is_the_one_cut_there(way, model):
  """Its carry, or cache, too; and its last output stands at the padding."""
  apply, variables, xs = alone(way, model)
  got = apply(variables, xs, seq_length=jnp.array(LENGTH))
  cut = apply(variables, xs[:LENGTH])
  ys, shorter = (outputs(model, tree) for tree in (got, cut))
  close(ys[:LENGTH], shorter)
  close(ys[LENGTH:], jnp.stack([shorter[-1]] * (TIME - LENGTH)))
  kept = 1 if model == 'ssm' else 0  # what is kept of a sequence, and is moved
  close(got[kept], cut[kept])


def test_a_convolution_of_a_length_is_the_recurrence(way):
  recurrence, variables, us = alone(way, 'ssm')
  convolution = way.factory('ssm')(3).apply
  params = {'params': variables['params']}
  for length in (0, LENGTH):
    given = {'seq_length': jnp.array(length)}
    ys, _ = recurrence(variables, us, **given)
    close(ys, convolution(params, us, **given))


def outputs(model, result):
  """The outputs among what a model returns."""
  return result[0] if model == 'ssm' else result[1]


def close(one, other):
  """Equal but for the order of the terms of a sum."""
  chex.assert_trees_all_close(one, other, rtol=2e-6, atol=2e-6)


# --- a batch whose statistics count no padding


def batchnorm_rnn(way, **given):
  """The model, its variables, and a batch of sequences."""
  xs = normal(len(LENGTHS), TIME, 2)
  model = way.factory('batchnorm_rnn')(3, momentum=0.5, **given)
  return model, model.init(jax.random.key(1), xs), xs


def run(model, variables, xs, lengths=LENGTHS):
  return model.apply(
    variables, xs, seq_lengths=lengths, mutable=['batch_stats']
  )


def test_statistics_are_those_of_flax_with_a_mask(way):
  """Of each step, where a step has any sequence that has not ended."""
  model, variables, xs = batchnorm_rnn(way, statistics='axis')
  _, updates = run(model, variables, xs)
  moved = updates['batch_stats']['cell']['batch_norm']
  cell = variables['params']['cell']
  layer = nn.BatchNorm(momentum=0.5, use_fast_variance=False)
  stats = variables['batch_stats']['cell']['batch_norm']
  for t in range(TIME):
    before = {name: leaf[t] for name, leaf in stats.items()}
    given = {'params': cell['batch_norm'], 'batch_stats': before}
    _, after = layer.apply(
      given,
      xs[:, t] @ cell['input']['kernel'],
      mask=~PADDING[:, t, None],
      use_running_average=False,
      mutable=['batch_stats'],
    )
    close(after['batch_stats'], {name: leaf[t] for name, leaf in moved.items()})


@pytest.mark.parametrize('statistics', ['carry', 'axis'])
def test_padding_reaches_no_statistics_and_no_derivatives(way, statistics):
  model, variables, xs = batchnorm_rnn(way, statistics=statistics)

  def loss(variables, xs):
    result = run(model, variables, xs)
    (h, hs), _ = result
    return jnp.sum(h**2) + jnp.sum(hs**2), result

  slopes = jax.jit(jax.grad(loss, (0, 1), has_aux=True))
  each = [
    slopes(variables, jnp.where(PADDING[..., None], value, xs))
    for value in (0.0, jnp.nan)
  ]
  chex.assert_trees_all_equal(*each)
  chex.assert_tree_all_finite(each[1])


@pytest.mark.parametrize('statistics', ['carry', 'axis'])
def test_steps_of_padding_alone_move_nothing(way, statistics):
  model, variables, xs = batchnorm_rnn(way, statistics=statistics)
  nothing = jnp.zeros_like(LENGTHS)
  (h, hs), updates = run(model, variables, jnp.full_like(xs, jnp.nan), nothing)
  assert (h == 0).all()
  assert jnp.isfinite(hs).all()
  kept = variables['batch_stats']
  chex.assert_trees_all_equal(updates['batch_stats'], kept)


def test_a_carry_of_the_batch_stays_at_the_length_of_each(way):
  model, variables, xs = batchnorm_rnn(way)
  (h, hs), _ = jax.tree.map(np.asarray, run(model, variables, xs))
  for b, length in enumerate(map(int, LENGTHS)):
    last = hs[b, length - 1] if length else np.zeros(3)
    np.testing.assert_array_equal(h[b], last)
    assert (hs[b, length:] == hs[b, max(length, 1) - 1]).all()
