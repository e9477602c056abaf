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


def ulp_apart(got, expected):
  """The largest difference of a leaf, in units of its own largest entry."""

  def leaf(got, expected):
    units = np.abs(expected).max() * np.finfo(expected.dtype).eps
    apart = np.abs(got - expected).max()
    return float(apart / units) if apart else 0.0

  return max(jax.tree.leaves(jax.tree.map(leaf, got, expected)))


def slopes(model, variables, xs, optional):
  """What comes back of all that a model returns, by all that it is given."""

  def loss(variables, xs, first):
    outs = model.apply(variables, xs, **first, **integers)
    weights = [
      i * (out**2).sum() for i, out in enumerate(jax.tree.leaves(outs))
    ]
    return sum(weights)

  optional = dict(optional)
  integers = {n: optional.pop(n) for n in {'seq_lengths'} & {*optional}}
  return jax.grad(loss, (0, 1, 2))(variables, xs, optional)


CELLS = ('elman', 'lstm', 'gru')
ULP = 8


@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('how', [{}, {'reverse': True}, {'unroll': 2}])
def test_the_deferred_products_are_the_derivative_of_the_cell(cell, how):
  """In one way, for the claim `program` says that all ways are one."""
  way = find('pure')
  how = {**how, 'bias_init': uniform(1.0)}
  model, xs, variables = made(way, 'bptt', cell=cell, **how)
  plain = way.factory(cell)(FEATURES, **how)
  carry = jax.tree.map(jnp.cos, plain.apply(variables, xs)[0])
  for first in {}, {'initial_carry': carry}:
    outs = (one.apply(variables, xs, **first) for one in (model, plain))
    assert ulp_apart(*outs) <= ULP
    both = (slopes(one, variables, xs, first) for one in (model, plain))
    assert ulp_apart(*both) <= ULP


@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('reverse', [False, True], ids=['on', 'back'])
def test_a_deferred_runner_has_the_derivative_of_the_runner(cell, reverse):
  """Of sequences of no step, of one and of all, each from a carry."""
  way = find('pure')
  how = {**WIDE, 'cell': cell, 'reverse': reverse, 'return_carry': True}
  plain, deferred = (
    way.factory('rnn')(FEATURES, deferred=on, **how) for on in (False, True)
  )
  xs = jax.random.normal(jax.random.key(1), (3, TIME, 2))
  variables = plain.init(jax.random.key(0), xs)
  carry = jax.tree.map(jnp.cos, plain.apply(variables, xs)[0])
  given = {'initial_carry': carry, 'seq_lengths': jnp.array([0, 1, TIME])}
  outs = (one.apply(variables, xs, **given) for one in (deferred, plain))
  assert ulp_apart(*outs) <= ULP
  both = (slopes(one, variables, xs, given) for one in (deferred, plain))
  assert ulp_apart(*both) <= ULP


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


@pytest.mark.parametrize('cell', CELLS)
def test_each_loop_is_left_with_one_product(way, cell):
  """One there and one back, whatever the gates; the plain network has more."""
  counts = {}
  for name, how in (('bptt', {'cell': cell}), (cell, {})):
    model, xs, variables = made(way, name, **how)
    slope = jax.grad(lambda v, m=model, x=xs: m.apply(v, x)[1].sum())
    counts[name] = products(jax.make_jaxpr(slope)(variables).jaxpr)
  assert counts['bptt'] == 2
  assert counts[cell] > 4


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
