"""What the models that differentiate return, against JAX's own derivatives."""

import chex
import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from flax.core import lift
from jax import numpy as jnp

from core_rnn.initializers import uniform
from equivalence_tests.suite.ways import OWN, find

FEATURES, TIME = 3, 4
WIDE = {'recurrent_init': uniform(1.0), 'kernel_init': uniform(1.0)}


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def made(way, model, **hyperparameters):
  """A model with weights that matter, what it is applied to, its variables."""
  one = way.factory(model)(FEATURES, **WIDE, **hyperparameters)
  xs = jax.random.normal(jax.random.key(1), (TIME, 2))
  return one, xs, one.init(jax.random.key(0), xs)


def elman(way, variables):
  """The Elman network on the cell that is in the variables."""
  inner = {'params': {'cell': variables['params']['cell']['elman']}}
  return way.factory('elman')(FEATURES), inner


def test_a_step_lessens_the_energy_that_is_returned(way):
  model, xs, variables = made(way, 'settling_rnn', rate=0.1)
  still = jnp.broadcast_to(xs[0], xs.shape)
  _, energies = model.apply(variables, still)
  assert (np.diff(energies) < 0).all()


def test_where_nothing_moves_the_energy_is_that_of_the_first_step(way):
  model, xs, variables = made(way, 'settling_rnn', rate=0.0)
  h, energies = model.apply(variables, xs[:1])
  one, inner = elman(way, variables)
  predicted, _ = one.apply(inner, xs[:1])
  assert not h.any()
  np.testing.assert_allclose(energies[0], (predicted**2).sum() / 2, rtol=1e-6)


def test_the_sensitivity_is_the_derivative_of_the_whole_sequence(way):
  model, xs, variables = made(way, 'rtrl')
  _, (hs, dhs) = model.apply(variables, xs)
  one, inner = elman(way, variables)
  run = lambda variables: one.apply(variables, xs)[1]
  expected = jax.jvp(run, (inner,), (inner,))
  chex.assert_trees_all_close((hs, dhs), expected, rtol=1e-5, atol=1e-6)


def test_a_trace_is_the_slope_of_one_step(way):
  model, xs, variables = made(way, 'local_rnn')
  (_, traces), _ = model.apply(variables, xs[:1])
  one, inner = elman(way, variables)
  activity = lambda v: (one.apply(v, xs[:1])[0] ** 2).sum() / 2
  slopes = jax.grad(activity)(inner)['params']['cell']
  chex.assert_trees_all_close(traces, slopes, rtol=1e-6)


def test_traces_decay_and_add_up(way):
  model, xs, variables = made(way, 'local_rnn', decay=0.5)
  still = jnp.zeros_like(xs[:1])  # of which there is no slope but by h
  (_, before), _ = model.apply(variables, xs[:1])
  (_, after), _ = model.apply(variables, jnp.concatenate([xs[:1], still]))
  got = after['input']['kernel']
  np.testing.assert_allclose(got, 0.5 * before['input']['kernel'], rtol=1e-6)


def last(model, xs):
  """variables -> the sum of the last h."""
  return lambda variables: model.apply(variables, xs)[0].sum()


def test_where_all_is_clipped_only_the_last_step_has_a_derivative(way):
  model, xs, variables = made(way, 'clipped_rnn', limit=0.0)
  slopes = jax.grad(last(model, xs))(variables)['params']['cell']['elman']
  one, inner = elman(way, variables)
  before, _ = one.apply(inner, xs[:-1])
  step = lambda v: one.apply(v, xs[-1:], initial_carry=before)[0].sum()
  expected = jax.grad(step)(inner)['params']['cell']
  chex.assert_trees_all_close(slopes, expected, rtol=1e-5)


def test_what_is_within_the_limit_is_not_clipped(way):
  model, xs, variables = made(way, 'clipped_rnn', limit=1e3)
  slopes = jax.grad(last(model, xs))(variables)['params']['cell']['elman']
  one, inner = elman(way, variables)
  expected = jax.grad(last(one, xs))(inner)['params']['cell']
  chex.assert_trees_all_close(slopes, expected, rtol=1e-5)


def test_what_is_clipped_is_so_where_parameters_are_mutable_too(way):
  model, xs, variables = made(way, 'clipped_rnn', limit=0.0)

  def moving(variables):
    (h, _), _ = model.apply(variables, xs, mutable=['params'])
    return h.sum()

  usual = jax.grad(last(model, xs))(variables)
  chex.assert_trees_all_equal(jax.grad(moving)(variables), usual)


@pytest.mark.parametrize('given', [False, True], ids=['from 0', 'from a carry'])
def test_the_deferred_products_are_the_derivative_of_elman(way, given):
  model, xs, variables = made(way, 'bptt')
  first = {'initial_carry': jnp.ones(FEATURES)} if given else {}
  plain = way.factory('elman')(FEATURES)

  def slopes(one):
    def loss(variables, xs, first):
      h, hs = one.apply(variables, xs, **first)
      return (hs**2).sum() + h.sum()

    return jax.grad(loss, (0, 1, 2))(variables, xs, first)

  chex.assert_trees_all_close(slopes(model), slopes(plain), rtol=1e-5)


def products(jaxpr, inside=False):
  """How many products of matrices stand in loops."""
  count = 0
  for eqn in jaxpr.eqns:
    count += inside and eqn.primitive.name == 'dot_general'
    for part in jax.tree.leaves(
      list(eqn.params.values()), is_leaf=lambda p: hasattr(p, 'eqns')
    ):
      part = getattr(part, 'jaxpr', part)
      if hasattr(part, 'eqns'):
        count += products(part, inside or eqn.primitive.name == 'scan')
  return count


def test_each_loop_is_left_with_one_product(way):
  """One there and one back; of the plain network, two and four."""
  counts = {}
  for name in ('bptt', 'elman'):
    model, xs, variables = made(way, name)
    slope = jax.grad(lambda v, m=model, x=xs: m.apply(v, x)[1].sum())
    counts[name] = products(jax.make_jaxpr(slope)(variables).jaxpr)
  assert counts['bptt'] == 2
  assert counts['elman'] > 4


def test_what_has_a_rule_for_the_way_back_has_no_forward_derivative(way):
  for name in ('clipped_rnn', 'bptt'):
    model, xs, variables = made(way, name)
    with pytest.raises(TypeError, match='forward-mode'):
      jax.jvp(last(model, xs), (variables,), (variables,))


def scaled(scope, x):
  return x * scope.param('scale', nn.initializers.ones, ())


def test_a_scope_differentiates_by_several_scopes():
  def both(scopes, x):
    return scaled(scopes[0], x) + 2 * scaled(scopes[1], x)

  def body(scope, x):
    children = tuple(scope.push(name) for name in ('one', 'other'))
    for child in children:
      scaled(child, x)
    _, pull = lift.vjp(both, tuple(c.rewound() for c in children), x)
    slopes, _ = pull(jnp.float32(1))
    return slopes

  slopes, _ = core.init(body)(jax.random.key(0), jnp.float32(3))
  assert [float(s['params']['scale']) for s in slopes] == [3, 6]


class Scaled(nn.Module):
  """x * scale."""

  @nn.compact
  def __call__(self, x):
    return x * self.param('scale', nn.initializers.ones, ())


class Outer(nn.Module):
  """The derivative of a module that has another one as a field."""

  inner: nn.Module

  def __call__(self, x):
    return nn.vjp(lambda module, x: module.inner(x), self, x)[0]


def test_a_module_does_not_differentiate_by_one_that_it_was_given():
  """Where the scope way takes a tuple of scopes."""
  with pytest.raises(NotImplementedError, match='other Modules passed'):
    Outer(Scaled()).init(jax.random.key(0), jnp.float32(3))
