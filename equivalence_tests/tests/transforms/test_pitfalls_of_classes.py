"""What people hit when they lift classes and methods: what happens, what to do.

Each is asserted, so that a Flax that changes it is seen; the numbers are of the
Flax issues where people met it.
"""

import jax
import pytest
from flax import errors
from flax import linen as nn
from flax.core import apply, lift
from jax import numpy as jnp

X = jnp.ones((4, 3))


def key():
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(0)


class Signed(nn.Module):
  """x, or -x."""

  def __call__(self, x, positive):
    return x if positive else -x


def signed(scope, x, positive):
  return x if positive else -x


def test_linen_counts_self_among_static_arguments_and_core_no_scope():
  """#3946, #3630: the second of (self, x, positive), the first of (x, ...)."""
  assert nn.remat(Signed, static_argnums=(2,))().apply({}, X, True).all()
  with pytest.raises(jax.errors.TracerBoolConversionError):
    nn.remat(Signed, static_argnums=(1,))().apply({}, X, True)
  assert apply(lift.remat(signed, static_argnums=(1,)))({}, X, True).all()
  with pytest.raises(ValueError, match='static_argnums'):
    apply(lift.remat(signed, static_argnums=(2,)))({}, X, True)


def test_a_static_argument_is_not_given_by_name():
  """#2457; by position, as it is counted."""
  with pytest.raises(ValueError, match='static_argnums'):
    nn.remat(Signed, static_argnums=(2,))().apply({}, X, positive=True)


class Net(nn.Module):
  """A dense layer, transformed or not, with a name of its own or not."""

  transform: object = None
  layer: str | None = None

  @nn.compact
  def __call__(self, x):
    lifted = self.transform(nn.Dense) if self.transform else nn.Dense
    return lifted(2, name=self.layer)(x)


def test_a_transform_renames_what_has_no_name():
  """#2025; older variables are then not found: always give a name."""
  assert [*Net().init(key(), X)['params']] == ['Dense_0']
  assert [*Net(nn.remat).init(key(), X)['params']] == ['CheckpointDense_0']
  with pytest.raises(errors.ScopeCollectionNotFound, match='CheckpointDense_0'):
    Net(nn.remat).apply(Net().init(key(), X), X)
  Net(nn.remat, 'dense').apply(Net(None, 'dense').init(key(), X), X)


def kernel(transform):
  """The first kernel of a layer with a name."""
  return Net(transform, 'dense').init(key(), X)['params']['dense']['kernel']


def test_of_jit_and_remat_only_jit_changes_what_a_name_begins_with():
  """It folds keys at its boundary; `nn.fold_rngs` does so without it."""
  assert (kernel(nn.remat) == kernel(None)).all()
  assert (kernel(nn.jit) != kernel(None)).any()
  assert (kernel(nn.jit) == kernel(nn.fold_rngs)).all()


class Boxed(nn.Module):
  """x W, of a kernel whose axes have names."""

  @nn.compact
  def __call__(self, x):
    ones = nn.with_partitioning(nn.initializers.ones, ('in', 'out'))
    return x @ self.param('kernel', ones, (3, 3))


def test_named_axes_go_through_no_remat_scan():
  """#3870; it has no `metadata_params`: unbox, or scan a remat oneself."""
  with pytest.raises(errors.PartitioningUnspecifiedError):
    nn.remat_scan(Boxed, (2, 2))().init(key(), X)

  def step(module, x, _):
    return module(x), None

  class Deep(nn.Module):
    @nn.compact
    def __call__(self, x):
      scan = nn.scan(
        nn.remat(step, prevent_cse=False),
        variable_axes={'params': 0},
        split_rngs={'params': True},
        length=2,
        metadata_params={nn.PARTITION_NAME: 'layers'},
      )
      return scan(Boxed(), x, None)[0]

  variables = Deep().init(key(), X)
  (box,) = jax.tree.leaves(
    variables, is_leaf=lambda leaf: isinstance(leaf, nn.Partitioned)
  )
  assert box.names == ('layers', 'in', 'out')


def test_a_class_is_scanned_and_not_what_makes_one():
  """#2754; what differs from layer to layer goes in as xs."""
  scan = nn.scan(lambda: nn.Dense(3), variable_broadcast='params')
  with pytest.raises(TypeError, match='self'):
    scan()


def test_a_class_is_transformed_and_not_an_instance():
  """#1971; the class, or a function of a module."""
  with pytest.raises(errors.TransformTargetError):
    nn.vmap(nn.Dense(2), variable_axes={}, split_rngs={})


def test_a_rule_returns_slopes_by_collection_and_each_input():
  """#1713; what `vjp` returned is in that form: hand it over."""

  def scaled(scope, x):
    return x * scope.param('w', nn.initializers.ones, ())

  def slope(backward):
    forward = lambda *ins: lift.vjp(scaled, *ins)
    ruled = apply(lift.custom_vjp(scaled, forward, backward))
    variables = {'params': {'w': jnp.float32(1)}}
    return jax.grad(lambda v: ruled(v, jnp.float32(3)))(variables)

  assert slope(lambda pull, s: pull(s))['params']['w'] == 3
  with pytest.raises((TypeError, ValueError)):
    slope(lambda pull, s: (pull(s)[0]['params'], pull(s)[1]))
