"""What Flax's transforms do that their reader would not expect: pinned.

Where one of these fails, Flax has changed it, and `notes/hazards.md` with it.
"""

from functools import partial

import jax
import pytest
from flax import errors
from flax import linen as nn
from flax.core import apply, init, lift
from jax import lax
from jax import numpy as jnp

X = jnp.float32(1)


def key():
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(0)


def drawn(scope):
  """A draw of a scope or of a module: shape []."""
  return jax.random.normal(scope.make_rng('noise'))


class Jitted(nn.Module):
  """Two jitted methods that draw once and twice, and what is drawn after."""

  @nn.jit
  def once(self, x):
    return x + drawn(self)

  @nn.jit
  def twice(self, x):
    return x + drawn(self) + drawn(self)

  def __call__(self, x, method):
    getattr(self, method)(x)
    return drawn(self)


@pytest.fixture
def called(monkeypatch):
  """What is drawn after each of the methods, in a process that ran no other."""

  def run(*methods):
    monkeypatch.setattr(lift, '_side_effect_cache', lift._SideEffectCache())
    jax.clear_caches()
    rngs = [{'noise': key()} for _ in methods]
    return [
      float(Jitted().apply({}, X, method, rngs=rng))
      for method, rng in zip(methods, rngs, strict=True)
    ]

  return run


def test_a_jitted_method_changes_what_another_draws_later(called):
  """How often a function draws is kept, and not of which function it is so."""
  (once,), (twice,) = called('once'), called('twice')
  assert once != twice
  assert called('once', 'twice') == [once, once]
  assert called('twice', 'once') == [twice, twice]


def times_draw(scope, x):
  return x * drawn(scope)


def with_rule(x, key):
  """x times a draw, its derivative by a rule that is the usual one."""
  rule = lambda pull, slope: pull(slope)
  lifted = lift.custom_vjp(times_draw, partial(lift.vjp, times_draw), rule)
  return apply(lifted)({}, x, rngs={'noise': key})


def test_what_has_a_rule_of_its_own_draws_anew_where_it_is_traced_again():
  """The forward rule is traced after the function, and counts on from it."""

  def drawn_by(*transforms):
    known = key()  # there before anything is traced
    f = lambda x: with_rule(x, known)
    for transform in transforms:
      f = transform(f)
    return float(f(X))

  alike = ((), (jax.jit,), (jax.grad,), (jax.grad, jax.jit))
  assert len({drawn_by(*transforms) for transforms in alike}) == 1
  assert drawn_by(jax.jit, jax.grad) != drawn_by()


def test_a_key_that_is_made_inside_is_then_a_tracer_that_has_leaked():
  f = lambda x: with_rule(x, key())
  assert jax.jit(jax.grad(f))(X) == f(X)
  with pytest.raises(Exception, match='Tracer'):
    jax.grad(jax.jit(f))(X)


def plus_draw(scope, x):
  return x + drawn(scope)


def test_one_function_as_two_branches_draws_by_the_branch():
  def run(pred):
    branch = lambda scope, x: lift.cond(pred, plus_draw, plus_draw, scope, x)
    return float(apply(branch)({}, X, rngs={'noise': key()}))

  assert run(True) != run(False)


def test_one_function_as_three_branches_draws_by_the_branch():
  def run(index):
    branch = lambda scope, x: lift.switch(index, [plus_draw] * 3, scope, x)
    return float(apply(branch)({}, X, rngs={'noise': key()}))

  assert len({run(index) for index in range(3)}) == 3


def test_parameters_that_branches_make_depend_on_the_predicate():
  def scaled(scope, x):
    return x * scope.param('w', jax.random.normal, ())

  def made(pred):
    branch = lambda scope, x: lift.cond(pred, scaled, scaled, scope, x)
    return float(init(branch)(key(), X)[1]['params']['w'])

  assert made(True) != made(False)


def test_branches_draw_alike_where_the_key_is_made_before_them():
  def outside(pred, scope, x):
    noise = drawn(scope)
    branch = lambda scope, x: x + noise
    return lift.cond(pred, branch, branch, scope, x)

  def run(pred):
    body = partial(outside, pred)
    return float(apply(body)({}, X, rngs={'noise': key()}))

  assert run(True) == run(False)


class Raw(nn.Module):
  """Statistics that move inside of JAX's own scan, not of a lifted one."""

  @nn.compact
  def __call__(self, xs):
    layer = nn.BatchNorm(use_running_average=False)
    if self.is_initializing():
      return layer(xs[0])
    return lax.scan(lambda carry, x: (carry, layer(x)), None, xs)[1]


def test_a_raw_transform_around_a_module_goes_unseen_and_leaks():
  """`JaxTransformError` says that it would be seen; nothing raises it."""
  xs = jnp.ones((3, 4, 2))
  variables = Raw().init(key(), xs)
  _, updates = Raw().apply(variables, xs, mutable=['batch_stats'])
  leaves = jax.tree.leaves(updates)
  assert leaves
  assert all(isinstance(leaf, jax.core.Tracer) for leaf in leaves)
  with pytest.raises((TypeError, jax.errors.UnexpectedTracerError)):
    jnp.sin(leaves[0])
  assert issubclass(errors.JaxTransformError, Exception)
