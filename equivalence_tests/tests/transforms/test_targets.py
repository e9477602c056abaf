"""What can be lifted: every form computes the same, and so does any nesting."""

from functools import partial
from typing import Any

import chex
import jax
import pytest
from flax import linen as nn
from flax.core import apply, init, lift
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax
from jax import numpy as jnp

TIME, SIZE = 3, 2
SHARED: dict[str, Any] = {
  'variable_broadcast': 'params',
  'split_rngs': {'params': False},
}
EACH: dict[str, Any] = {
  'variable_axes': {'params': None},
  'split_rngs': {'params': False},
}


def key(number=0):
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(number)


XS = jax.random.normal(key(9), (TIME, SIZE))
H = jnp.ones(SIZE)


class Step(nn.Module):
  """(h, x) -> (h', h'), of a dense layer."""

  scale: float = 1.0

  @nn.compact
  def __call__(self, h, x):
    h = self.scale * nn.Dense(SIZE, name='dense')(h) + x
    return h, h


def loop(params, scale=1.0):
  """The same as a loop: the last h, and every one."""
  h, hs = H, []
  for x in XS:
    h = scale * (h @ params['kernel'] + params['bias']) + x
    hs.append(h)
  return h, jnp.stack(hs)


class OfClass(nn.Module):
  """A class is lifted."""

  @nn.compact
  def __call__(self, h, xs):
    return nn.scan(Step, **SHARED)(name='step')(h, xs)


def over_time(method):
  """As one writes it above a method."""
  return nn.scan(method, **SHARED)


class OfMethod(nn.Module):
  """A method is lifted where it is defined."""

  def setup(self):
    self.step = Step()

  @over_time
  def __call__(self, h, x):
    return self.step(h, x)


class OfFunction(nn.Module):
  """A free function of a module is lifted."""

  @nn.compact
  def __call__(self, h, xs):
    scan = nn.scan(lambda step, h, x: step(h, x), **SHARED)
    return scan(Step(name='step'), h, xs)


class OfOutside(nn.Module):
  """A module that was made outside is what the function is of."""

  step: nn.Module

  def __call__(self, h, xs):
    return nn.scan(lambda self, h, x: self.step(h, x), **SHARED)(self, h, xs)


class Named(nn.Module):
  """A class with a method of another name."""

  def setup(self):
    self.step = Step()

  def run(self, h, x):
    return self.step(h, x)


class OfNamed(nn.Module):
  """That method alone is lifted: named in a list, or with its arguments."""

  in_a_list: bool

  def setup(self):
    if self.in_a_list:
      self.named = nn.scan(Named, methods=['run'], **SHARED)()
    else:
      self.named = nn.scan(Named, methods={'run': SHARED})()

  def __call__(self, h, xs):
    return self.named.run(h, xs)


FORMS = {
  'a class': OfClass,
  'a method': OfMethod,
  'a function': OfFunction,
  'a module from outside': lambda: OfOutside(Step()),
  'methods in a list': lambda: OfNamed(True),
  'methods with arguments': lambda: OfNamed(False),
}


@pytest.mark.parametrize('form', FORMS)
def test_every_form_is_the_loop(form):
  model = FORMS[form]()
  variables = model.init(key(), H, XS)
  leaves = jax.tree.leaves(variables['params'], is_leaf=lambda p: 'dense' in p)
  chex.assert_trees_all_close(
    model.apply(variables, H, XS), loop(leaves[0]['dense']), rtol=1e-6
  )


def test_a_partial_of_a_class_keeps_its_hyperparameters():
  scan = nn.scan(partial(Step, scale=2.0), **SHARED)()
  variables = scan.init(key(), H, XS)
  expected = loop(variables['params']['dense'], scale=2.0)
  chex.assert_trees_all_close(scan.apply(variables, H, XS), expected, rtol=1e-6)


class Two(nn.Module):
  """One step after another, both from outside; they may be the same one."""

  first: nn.Module
  second: nn.Module

  def __call__(self, h, xs):
    def both(self, h, x):
      h, _ = self.first(h, x)
      return self.second(h, x)

    return nn.scan(both, **SHARED)(self, h, xs)


def test_two_modules_from_outside_are_lifted_together():
  model = Two(Step(), Step())
  variables = model.init(key(), H, XS)
  assert {*variables['params']} == {'first', 'second'}
  p, q = (variables['params'][n]['dense'] for n in ('first', 'second'))
  h = H
  for x in XS:
    for one in p, q:
      h = h @ one['kernel'] + one['bias'] + x
  last, _ = model.apply(variables, H, XS)
  chex.assert_trees_all_close(last, h, rtol=1e-6)


def test_the_same_module_twice_has_its_parameters_once():
  step = Step()
  model = Two(step, step)
  variables = model.init(key(), H, XS)
  assert {*variables['params']} == {'first'}
  p = variables['params']['first']['dense']
  h = H
  for x in XS:
    for _ in range(2):
      h = h @ p['kernel'] + p['bias'] + x
  last, _ = model.apply(variables, H, XS)
  chex.assert_trees_all_close(last, h, rtol=1e-6)


def test_modules_in_a_tuple_are_no_target_and_scopes_are():
  """A module that has both is; core's transforms take any tree of scopes."""

  class InATuple(Two):
    def __call__(self, h, xs):
      both = lambda modules, h, x: modules[1](modules[0](h, x)[0], x)
      scan = nn.scan(both, **SHARED)
      return scan((self.first, self.second), h, xs)

  with pytest.raises(AttributeError, match="'tuple' object has no attribute"):
    InATuple(Step(), Step()).init(key(), H, XS)

  def network(scope, xs):
    def both(scopes, h, x):
      w, v = (one.param('w', lambda key: jnp.float32(2)) for one in scopes)
      return w * v * h + x, None

    scan = lift.scan(both, **SHARED)
    return scan((scope.push('first'), scope.push('second')), H, xs)[0]

  h, variables = init(network)(key(), XS)
  assert {*variables['params']} == {'first', 'second'}
  expected = H
  for x in XS:
    expected = 4 * expected + x
  chex.assert_trees_all_close(h, expected, rtol=1e-6)


class Counted(nn.Module):
  """A Variable is an argument of what is lifted, and moves there."""

  @nn.compact
  def __call__(self, x):
    count = self.variable('count', 'n', lambda: jnp.float32(0))

    @nn.jit
    def body(module, count, x):
      count.value += 1
      return x * count.value

    return body(self, count, x)


def test_a_variable_is_lifted_as_an_argument():
  ys, moved = Counted().apply(
    {'count': {'n': jnp.float32(2)}}, 5.0, mutable=['count']
  )
  assert (float(ys), float(moved['count']['n'])) == (15, 3)


def layer(scope, x):
  """tanh(x w), on a scope."""
  return jnp.tanh(x @ scope.param('w', nn.initializers.normal(), (SIZE, SIZE)))


class Layer(nn.Module):
  """The same as a module."""

  @nn.compact
  def __call__(self, x):
    return layer(self.scope, x)


same = lambda variables: variables
NESTED: dict[str, dict[str, Any]] = {
  'jit': {
    'pure': lambda f: jax.jit(f),
    'scope': lambda f: lambda s, x: lift.jit(lambda s, h, x: f(s, x))(s, 0, x),
    'linen': nn.jit,
  },
  'remat': {'pure': jax.remat, 'scope': lift.remat, 'linen': nn.remat},
  'vmap': {
    'pure': lambda f: lambda p, x: jax.vmap(f, (None, 0))(p, x[None])[0],
    'scope': lambda f: lambda s, x: lift.vmap(f, **EACH)(s, x[None])[0],
    'linen': lambda f: lambda m, x: nn.vmap(f, **EACH)(m, x[None])[0],
  },
  'scan': {
    'pure': lambda f: (
      lambda p, x: lax.scan(lambda h, _: (f(p, h), None), x, length=1)[0]
    ),
    'scope': lambda f: (
      lambda s, x: lift.scan(
        lambda s, h, _: (f(s, h), None), length=1, **SHARED
      )(s, x, None)[0]
    ),
    'linen': lambda f: (
      lambda m, x: nn.scan(lambda m, h, _: (f(m, h), None), length=1, **SHARED)(
        m, x, None
      )[0]
    ),
  },
  'map_variables': {
    'pure': lambda f: f,
    'scope': lambda f: lift.map_variables(f, 'params', same, same),
    'linen': lambda f: nn.map_variables(f, 'params', same, same),
  },
  'cond': {
    'pure': lambda f: lambda p, x: lax.cond(True, f, f, p, x),
    'scope': lambda f: lambda s, x: lift.cond(True, f, f, s, x),
    'linen': lambda f: lambda m, x: nn.cond(True, f, f, m, x),
  },
  'named_call': {
    'pure': jax.named_call,
    'scope': jax.named_call,  # which core leaves to JAX
    'linen': nn.named_call,
  },
}


def nested(order, way, f):
  """The function under these transforms, the last one outside."""
  for name in order:
    f = NESTED[name][way](f)
  return f


@pytest.mark.parametrize('inner', NESTED)
@settings(max_examples=3)
@given(outer=st.lists(st.sampled_from([*NESTED]), max_size=3))
def test_transforms_in_any_order_change_nothing(inner, outer):
  """Neither the value nor the derivative, in any way; and they are equal."""
  order = [inner, *outer]
  _, variables = init(layer)(key(), H)

  class Network(nn.Module):
    @nn.compact
    def __call__(self, x):
      return nested(order, 'linen', lambda m, x: m(x))(Layer(name='one'), x)

  def scoped(scope, x):
    return scope.child(nested(order, 'scope', layer), 'one')(x)

  pure = nested(order, 'pure', lambda p, x: jnp.tanh(x @ p['w']))
  params = variables['params']
  runs = {
    'plain': lambda p: jnp.tanh(H @ p['w']),
    'pure': lambda p: pure(p, H),
    'scope': lambda p: apply(scoped)({'params': {'one': p}}, H),
    'linen': lambda p: Network().apply({'params': {'one': p}}, H),
  }
  found = {
    way: jax.value_and_grad(lambda p, run=run: run(p).sum())(params)
    for way, run in runs.items()
  }
  for way in ('pure', 'scope', 'linen'):
    chex.assert_trees_all_close(found[way], found['plain'], rtol=1e-6)
