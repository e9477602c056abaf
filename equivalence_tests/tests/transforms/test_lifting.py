"""What we rely on in Flax's lifting, and what of it surprises."""

from typing import Any

import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from flax.core import lift
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.dense.dense import Dense
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.dense.dense import DenseLayer


def uniform(key, shape):
  """Exact, whatever it is compiled with: 2 u - 1, u of 23 bits."""
  return jax.random.uniform(key, shape, minval=-1.0)


def xs():
  return jax.random.normal(jax.random.key(1), (5, 2))


def equal(one, other):
  return jax.tree.all(jax.tree.map(np.array_equal, one, other))


def cell():
  """An unbound Elman cell of 3 features."""
  inits = dict.fromkeys(
    ('recurrent_init', 'kernel_init', 'bias_init'), normal_typed
  )
  return ElmanCell(Elman(3, **inits))


def normal_typed(key, shape, dtype):
  return jax.random.normal(key, shape, dtype)


BROADCAST: dict[str, Any] = {
  'variable_broadcast': 'params',
  'split_rngs': {'params': False},
}


class ByClass(nn.Module):
  """Scans a cell class, inside `__call__`."""

  @nn.compact
  def __call__(self, xs):
    scanned = nn.scan(ElmanCell, **BROADCAST)(cell().n, name='cell')
    return scanned(jnp.zeros(3), xs)


class ByFreeFunction(nn.Module):
  """Scans a function of a module, that is defined nowhere near a module."""

  cell: nn.Module

  def __call__(self, xs):
    return SCANNED_FUNCTION(self.cell, jnp.zeros(3), xs)


class ByMethod(nn.Module):
  """Scans a method of its own, that is not `__call__`, by a decorator."""

  cell: nn.Module

  @nn.nowrap
  def zero(self):
    return jnp.zeros(3)

  def step(self, h, x):
    return self.cell(h, x)

  def run(self, xs):
    return nn.scan(ByMethod.step, **BROADCAST)(self, self.zero(), xs)

  def __call__(self, xs):
    return self.run(xs)


def step(module, h, x):
  return module(h, x)


SCANNED_FUNCTION = nn.scan(step, **BROADCAST)  # made outside of any module


@pytest.mark.parametrize('module', [ByFreeFunction(cell()), ByMethod(cell())])
def test_scan_takes_a_free_function_and_a_method_as_it_takes_a_class(module):
  key = {'params': jax.random.key(0)}
  expected = ByClass().init(key, xs())
  variables = module.init(key, xs())
  assert equal(expected, variables)
  assert equal(ByClass().apply(expected, xs()), module.apply(variables, xs()))


def two_params(scope, h, x):
  """A step with two parameters, drawn one after the other."""
  w = scope.param('w', uniform, (2,))
  v = scope.param('v', uniform, (2,))
  return h + w + v + x, h


SPLIT: dict[str, Any] = {
  'variable_axes': {'params': 0},
  'split_rngs': {'params': True},
}


def scanned_params(key, **options):
  def root(scope):
    scan = lift.scan(two_params, **SPLIT, **options)
    return scope.child(scan, 'cell')(jnp.zeros(2), jnp.zeros((3, 2)))

  return core.init(root)(key)[1]['params']['cell']


def split_draws(key, *draws):
  """What draws of these numbers give under a key split over three steps."""

  def one(key):
    return [uniform(derive(key, 'cell', draw), (2,)) for draw in draws]

  return jax.vmap(one)(jax.random.split(key, 3))


def test_split_parameters_of_a_scan_draw_3_and_4_as_the_body_is_traced_before():
  drawn = scanned_params(jax.random.key(0))
  assert equal([drawn['w'], drawn['v']], split_draws(jax.random.key(0), 3, 4))


def test_without_the_constancy_check_they_draw_1_and_2():
  drawn = scanned_params(jax.random.key(0), check_constancy_invariants=False)
  assert equal([drawn['w'], drawn['v']], split_draws(jax.random.key(0), 1, 2))


def test_split_parameters_of_a_vmap_draw_from_1_under_a_root_key_split():
  def root(scope):
    vmapped = lift.vmap(two_params, **SPLIT)
    return scope.child(vmapped, 'cell')(jnp.zeros((3, 2)), jnp.zeros((3, 2)))

  drawn = core.init(root)(jax.random.key(0))[1]['params']['cell']
  assert equal([drawn['w'], drawn['v']], split_draws(jax.random.key(0), 1, 2))


def test_broadcast_parameters_of_a_scan_are_those_of_the_plain_cell():
  def root(scope):
    scan = lift.scan(two_params, **BROADCAST)
    return scope.child(scan, 'cell')(jnp.zeros(2), jnp.zeros((3, 2)))

  def plain(scope):
    return scope.child(two_params, 'cell')(jnp.zeros(2), jnp.zeros(2))

  key = jax.random.key(0)
  assert equal(core.init(root)(key)[1], core.init(plain)(key)[1])


def test_broadcast_parameters_without_the_constancy_check_are_lost_silently():
  def root(scope):
    scan = lift.scan(two_params, **BROADCAST, check_constancy_invariants=False)
    return scope.child(scan, 'cell')(jnp.zeros(2), jnp.zeros((3, 2)))

  assert not jax.tree.leaves(core.init(root)(jax.random.key(0))[1])


class Wrapped(nn.Module):
  """A dense layer of the same name under a transform."""

  transform: object

  @nn.compact
  def __call__(self, x):
    layer = self.transform(nn.Dense)
    return layer(3, kernel_init=nn.initializers.normal(), name='dense')(x)


def test_jit_changes_the_key_of_what_it_wraps_and_remat_does_not():
  plain, jitted, rematted = (
    Wrapped(t).init(jax.random.key(0), jnp.ones(2))
    for t in (lambda module: module, nn.jit, nn.remat)
  )
  assert equal(plain, rematted)
  assert not equal(plain, jitted)


def lowered(module, x):
  variables = jax.eval_shape(module.init, jax.random.key(0), x)

  def main(variables, x):
    return module.apply(variables, x)

  return jax.jit(main).lower(variables, x).as_text()


def ours():
  return DenseLayer(*of_dense())


def of_dense():
  """The arguments of a dense layer of 3 features."""
  n = Dense(3)
  return n, n.kernel_init, n.bias_init


def test_the_dense_layer_of_flax_is_our_program_on_one_example():
  x = jnp.ones(2)
  assert lowered(nn.Dense(3), x) == lowered(ours(), x)


def test_on_a_batch_flax_reshapes_its_bias_and_vmap_broadcasts_it():
  x = jnp.ones((4, 2))
  vmapped = nn.vmap(
    DenseLayer, variable_axes={'params': None}, split_rngs={'params': False}
  )(*of_dense())
  assert 'reshape' in lowered(nn.Dense(3), x)
  assert 'reshape' not in lowered(vmapped, x)


def test_flax_makes_its_first_carry_in_the_dtype_of_the_parameters():
  rnn = nn.RNN(nn.SimpleCell(3, dtype=jnp.bfloat16))
  with pytest.raises(TypeError, match='carry'):
    rnn.init(jax.random.key(0), xs().astype(jnp.bfloat16))
