"""layer_scan: what no other transform has. The rest is in `conforming`."""

import inspect

import jax
import pytest
from flax import core
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.scope.transforms.draws import restore
from core_rnn.scope.transforms.layer_scan import layer_scan as scope_layer_scan
from linen_rnn.transforms import layer_scan as linen_form
from linen_rnn.transforms.layer_scan import derived, layer_scan

LAYERS = 3
KEYS = {'params': jax.random.key(0), 'dropout': jax.random.key(1)}
BOTH = {'params': True, 'dropout': True}


def normal(key, shape, dtype=jnp.float32):
  return jax.random.normal(key, shape, dtype)


def layer(scope, carry, *xs):
  """Two parameters, drawn one after the other."""
  w = scope.param('w', normal, (2,))
  v = scope.param('v', normal, (2,))
  y = jnp.tanh(carry * w + v + sum(xs))
  return y, y


def scanned(fn=layer, **options):
  return scope_layer_scan(
    fn,
    variable_axes={'params': 0},
    **{'split_rngs': BOTH, 'length': LAYERS, **options},
  )


class Layers(nn.Module):
  """Them in a row."""

  layer: type[nn.Module]
  options: dict

  @nn.compact
  def __call__(self, x):
    over = layer_scan(
      self.layer,
      **{
        'variable_axes': {'params': 0},
        'split_rngs': BOTH,
        'length': LAYERS,
        **self.options,
      },
    )
    return over(name='layers')(x)


X = jnp.arange(12.0).reshape(4, 3)


def slow(b):
  return jnp.cumsum(jnp.sin(b))


class Prepared(nn.Module):
  """The layer of the Flax issue: its setup computes K from B, slowly."""

  def setup(self):
    self.B = self.param('B', normal, (3,))
    self.K = derived(self, 'K', slow, self.B)

  def __call__(self, carry, _=None):
    return jnp.tanh(carry * self.K), None


def prepared(on):
  return Layers(Prepared, {'batched_setup': on})


def sines(model):
  """Where the program takes sines: in front of its loop, or inside it."""
  variables = jax.eval_shape(model.init, KEYS, X[0])

  def main(variables, x):
    return model.apply(variables, x)[0]

  jaxpr = jax.make_jaxpr(main)(variables, X[0])
  jaxpr, _ = jax.interpreters.partial_eval.dce_jaxpr(jaxpr.jaxpr, [True])
  (loop,) = (e for e in jaxpr.eqns if e.primitive.name == 'scan')
  count = lambda eqns: str(eqns).count(' sin ')
  return count(jaxpr) - count(loop), count(loop)


def test_batched_setup_is_in_front_of_the_loop_and_no_iteration_repeats_it():
  assert sines(prepared(True)) == (1, 0)
  assert sines(prepared(False)) == (0, 1)


def test_the_lowered_program_too_takes_one_sine_of_all_layers_before_its_loop():
  variables = jax.eval_shape(prepared(True).init, KEYS, X[0])
  lowered = jax.jit(prepared(True).apply).lower(variables, X[0]).as_text()
  (sine,) = (n for n, line in enumerate(lowered.splitlines()) if 'sine' in line)
  assert f'tensor<{LAYERS}x3xf32>' in lowered.splitlines()[sine]
  assert 'while' not in '\n'.join(lowered.splitlines()[:sine])


@pytest.mark.parametrize(
  ('options', 'xs', 'message'),
  [
    ({'length': None}, (), 'length: expected one number of layers'),
    ({'length': 4}, (jnp.ones((3, 2)),), r'got \[3, 4\]'),
    ({}, (jnp.ones((3, 2)), jnp.ones((5, 2))), r'got \[3, 5\]'),
    ({'in_axes': (0,)}, (), 'in_axes: expected a prefix of the tree'),
  ],
)
def test_layers_that_are_not_one_number_are_refused(options, xs, message):
  with pytest.raises(ValueError, match=f'layer_scan: {message}|{message}'):
    core.init(scanned(**options))(KEYS, jnp.ones(2), *xs)


def test_deriving_from_a_module_that_is_not_bound_is_refused():
  with pytest.raises(ValueError, match='expected a bound one, got Prepared'):
    derived(Prepared(), 'K', slow, X)


def test_the_linen_form_hands_every_argument_on(monkeypatch):
  given = {
    'variable_axes': {'params': 1},
    'variable_broadcast': 'shared',
    'variable_carry': 'memory',
    'split_rngs': {'params': True},
    'in_axes': 1,
    'out_axes': 2,
    'length': 3,
    'reverse': True,
    'unroll': 2,
    'data_transform': max,
    'metadata_params': {'name': 'layers'},
    'methods': 'called',
    '_split_transpose': True,
    'batched_setup': True,
  }
  assert {'target', *given} == {*inspect.signature(layer_scan).parameters}
  got = lambda transform, target, **handed: handed
  monkeypatch.setattr(linen_form, 'lift_transform', got)
  assert layer_scan('target', **given) == given


def test_counts_of_draws_go_back_in_children_too():
  counts = {
    'params': 3,
    'child': {'params': 2, 'more': 1},
    'new': {'params': 1},
  }
  child = counts['child']
  restore(counts, {'params': 1, 'child': {'params': 1}})
  assert counts == {'params': 1, 'child': {'params': 1}}
  assert counts['child'] is child
