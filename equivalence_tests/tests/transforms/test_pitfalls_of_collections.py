"""What people hit when collections are lifted: state, views, and two traces."""

import jax
import pytest
from flax import errors
from flax import linen as nn
from flax.core import apply, init, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.scope.as_scope import is_initializing

XS = jnp.arange(12.0).reshape(4, 3)


def key():
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(0)


def centred(axis_name):
  """Each way's x - mean, the mean kept for all of a batch: functions of xs."""

  class Norm(nn.Module):
    @nn.compact
    def __call__(self, x):
      norm = nn.BatchNorm(use_running_average=False, axis_name=axis_name)
      return norm(x[None])[0]

  def norm(scope, x):
    mean = scope.variable('batch_stats', 'mean', jnp.zeros, 3)
    mean.value = x if axis_name is None else lax.pmean(x, axis_name)
    return x - mean.value

  axes = {'params': None, 'batch_stats': None}
  how = {'variable_axes': axes, 'split_rngs': {'params': False}}
  linen = nn.vmap(Norm, axis_name=axis_name, **how)()
  scope = lift.vmap(norm, axis_name=axis_name, **how)
  made = linen.init(key(), XS)
  return {
    'linen': lambda xs: linen.apply(made, xs, mutable=['batch_stats']),
    'scope': lambda xs: apply(scope, mutable=['batch_stats'])({}, xs),
  }


@pytest.mark.parametrize('way', ['scope', 'linen'])
def test_statistics_of_a_batch_need_the_name_of_its_axis(way):
  """#3319; `pmean` by hand in pure, the same name at both places otherwise."""
  with pytest.raises(ValueError, match='got axis spec None but output was bat'):
    centred(None)[way](XS)
  ys, _ = centred('batch')[way](XS)
  assert abs(ys.mean(0)).max() < 1e-6


def double(variables):
  """Parameters as they are seen: twice what they are."""
  return jax.tree.map(lambda leaf: 2 * leaf, variables)


def halved(variables):
  """The way back."""
  return jax.tree.map(lambda leaf: leaf / 2, variables)


class Seen(nn.Module):
  """A dense layer whose parameters are seen doubled, beside a state."""

  always: bool

  @nn.compact
  def __call__(self, x):
    self.variable('state', 'n', lambda: 0)
    how = {'init': self.always or self.is_initializing()}
    dense = nn.map_variables(nn.Dense, 'params', double, halved, **how)
    return dense(3, name='dense')(x)


def seen(always):
  """The same on a scope."""
  dense = lambda inner, x: x @ inner.param('w', nn.initializers.ones, (3, 3))

  def network(scope, x):
    how = {'init': always or is_initializing(scope)}
    mapped = lift.map_variables(dense, 'params', double, halved, **how)
    return scope.child(mapped, 'dense')(x)

  return network


def test_a_view_that_always_initialises_finds_no_parameters():
  """#2773, #2793; it does so once any other collection is mutable."""
  empty = 'collection "params" in "/map_variables.*" but the collection is em'
  mutable = ['state']
  variables = Seen(False).init(key(), XS)
  with pytest.raises(errors.ScopeCollectionNotFound, match=empty):
    Seen(True).apply(variables, XS, mutable=mutable)
  Seen(True).apply(variables, XS)
  Seen(False).apply(variables, XS, mutable=mutable)
  _, variables = init(seen(False))(key(), XS)
  with pytest.raises(errors.ScopeCollectionNotFound, match=empty):
    apply(seen(True), mutable=mutable)(variables, XS)
  apply(seen(True))(variables, XS)
  apply(seen(False), mutable=mutable)(variables, XS)


class Layer(nn.Module):
  """x -> a dense layer of it; and, of two, both."""

  @nn.compact
  def __call__(self, x, *ys):
    return (nn.Dense(3, name='dense')(x), *ys) if ys else nn.Dense(3)(x)


def layer(scope, x, *ys):
  """The same on a scope."""
  x = x @ scope.param('w', nn.initializers.ones, (3, 3))
  return (x, *ys) if ys else x


def test_remat_scan_carries_one_thing_and_has_an_axis_for_each_length():
  """#3267; `scan` of `remat` takes inputs and returns outputs."""
  lifted = nn.remat_scan(Layer, lengths=(2, 3))
  params = lifted().init(key(), XS)['params']
  assert params['Dense_0']['kernel'].shape == (2, 3, 3, 3)
  scoped = lift.remat_scan(layer, (2, 3))
  _, variables = init(scoped)(key(), XS)
  assert variables['params']['w'].shape == (2, 3, 3, 3)
  for call in lifted().init, init(scoped):
    with pytest.raises(TypeError, match='takes 2 positional arguments but 3'):
      call(key(), XS, XS)


@pytest.mark.parametrize(('check', 'times'), [(True, 2), (False, 1)])
def test_a_body_is_traced_twice_unless_the_check_is_off(check, times):
  """It is what finds out what does not change; `lax.scan` traces once."""
  traced = []

  class Step(nn.Module):
    def __call__(self, h, x):
      traced.append('linen')
      return h, x

  def step(scope, h, x):
    del scope
    traced.append('scope')
    return h, x

  how = {'check_constancy_invariants': check}
  nn.scan(Step, **how)().apply({}, 0.0, XS)
  apply(lift.scan(step, split_rngs={}, **how))({}, 0.0, XS)
  lax.scan(lambda h, x: (traced.append('pure'), (h, x))[1], 0.0, XS)
  counts = [traced.count(way) for way in ('linen', 'scope', 'pure')]
  assert counts == [times, times, 1]
