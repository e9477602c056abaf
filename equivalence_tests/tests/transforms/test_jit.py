"""Lifted `jit`: what is static, what is donated, and how often it is traced."""

import jax
import pytest
from flax import linen as nn
from flax.core import apply, lift
from jax import numpy as jnp

TRACED: list[bool] = []


@pytest.fixture(autouse=True)
def none_traced():
  """Nothing has been traced yet."""
  TRACED.clear()
  jax.clear_caches()


def signed(x, positive):
  """x or -x; Python runs only where it is traced."""
  TRACED.append(positive)
  return x if positive else -x


class Signed(nn.Module):
  """x or -x, as a module."""

  def __call__(self, x, positive):
    return signed(x, positive)


def pure(**donated):
  """x, positive -> x or -x: the first two arguments are 0 and 1."""
  return jax.jit(signed, static_argnums=1, **donated)


def scope(**donated):
  """Likewise: `lift.jit` counts its scope, and not what it hands on beside."""
  function = lambda scope, cache_key, *args: signed(*args)
  jitted = lift.jit(function, static_argnums=2, **donated)
  body = lambda scope, *args: jitted(scope, 'signed', *args)
  return lambda *args: apply(body)({}, *args)


def linen(**donated):
  """Likewise: `nn.jit` counts self."""
  jitted = nn.jit(Signed, static_argnums=2, **donated)
  return lambda *args: jitted().apply({}, *args)


@pytest.mark.parametrize('way', [pure, scope, linen])
def test_what_is_static_is_python_and_each_value_is_traced_once(way):
  jitted = way()
  returned = [float(jitted(jnp.float32(2), p)) for p in (True, True, False)]
  assert returned == [2, 2, -2]
  assert TRACED == [True, False]


@pytest.mark.parametrize(('way', 'first'), [(pure, 0), (scope, 1), (linen, 1)])
def test_what_is_donated_is_gone(way, first):
  kept, given = jnp.ones(3), jnp.ones(3)
  way()(kept, True)
  way(donate_argnums=first)(given, True)
  assert not kept.is_deleted()
  assert given.is_deleted()


@pytest.mark.parametrize('way', [pure, scope, linen])
def test_another_shape_is_traced_again(way):
  jitted = way()
  for size in (3, 3, 4):
    jitted(jnp.ones(size), True)
  assert TRACED == [True, True]


def test_a_function_on_a_scope_with_named_arguments_has_no_static_last_one():
  """Flax counts one argument more than JAX finds in the function's signature.

  So write `*args`, as above.
  """

  def named(scope, cache_key, x, positive):
    return signed(x, positive)

  with pytest.raises(ValueError, match='only accepts 4 positional arguments'):
    lift.jit(named, static_argnums=2)
