"""A deep network: the rule of every cell is its loop, and sizes are its own."""

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from core_rnn.networks.cells import LAYERS
from equivalence_tests.suite.ways import find

XS = jax.random.normal(jax.random.key(1), (3, 4, 2))
WEIGHTS = jax.random.normal(jax.random.key(2), (3, 4, 3))
LENGTHS = jnp.array([4, 2, 0])


def normal(key, shape, dtype=jnp.float32):
  return jax.random.normal(key, shape, dtype)


def deep(cell, way='pure', **how):
  inits = ('kernel_init', 'recurrent_init', 'bias_init')
  usual = {**dict.fromkeys(inits, normal), 'deterministic': True, **how}
  return find(way).factory('deep_rnn')((2, 3), cell, **usual)


def slopes(model, variables, seq_lengths):
  """Values, and derivatives by variables and xs, of outputs and carries."""

  def loss(variables, xs):
    carry, ys = model.apply(variables, xs, seq_lengths=seq_lengths)
    ends = sum(leaf.sum() for leaf in jax.tree.leaves(carry))
    return (ys * WEIGHTS).sum() + ends

  return jax.jit(jax.value_and_grad(loss, (0, 1)))(variables, XS)


@pytest.mark.parametrize(
  'seq_lengths', [None, LENGTHS], ids=['whole', 'padded']
)
@pytest.mark.parametrize('cell', LAYERS)
def test_what_is_deferred_is_the_loop_and_its_derivatives(cell, seq_lengths):
  loop, deferred = deep(cell), deep(cell, deferred=True)
  variables = loop.init(jax.random.key(0), XS)
  expected, got = (slopes(m, variables, seq_lengths) for m in (loop, deferred))
  near = lambda a, b: np.testing.assert_allclose(b, a, rtol=2e-4, atol=2e-4)
  jax.tree.map(near, expected, got)


@pytest.mark.parametrize('deferred', [False, True])
def test_a_deep_network_of_one_layer_is_the_runner_of_its_cell(deferred):
  one = find('linen').factory('deep_rnn')((3,), 'gru', deferred=deferred)
  run = find('linen').factory('rnn')(3, 'gru', return_carry=True)
  variables = run.init(jax.random.key(0), XS)
  carry, ys = run.apply(variables, XS)
  own = {'params': {'layer_0': variables['params']}}
  keys = {'dropout': jax.random.key(1)}
  (deep_carry,), deep_ys = one.apply(own, XS, rngs=keys)
  np.testing.assert_allclose(deep_ys, ys, rtol=1e-5, atol=1e-6)
  np.testing.assert_allclose(deep_carry, carry, rtol=1e-5, atol=1e-6)
