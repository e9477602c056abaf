"""Faults in the models of the Linen introduction."""

from equivalence_tests.meta.faults import everywhere, in_each

JIT = 'nn.jit(Dense)'
FOLDED = "__import__('flax.linen.transforms').linen.transforms.fold_rngs(Dense)"
REDRAWN = (
  "nn.jit(type('Dense', (Dense,), {'make_rng': "
  'lambda self, name: self.scope.rngs[name].as_jax_rng()}))'
)

FAULTS = (
  in_each(
    'features and features_in swapped',
    'explicit_dense',
    'variables',
    ('(draw, features_in, features, ', '(draw, features, features_in, '),
    ('shape = (features_in, features)', 'shape = (features, features_in)'),
    ('(self.features_in, self.features)', '(self.features, self.features_in)'),
  ),
  in_each(
    'a relu after the last layer',
    'mlp',
    'outputs',
    ('len(params) - 1:', 'len(params):'),
    ('len(features) - 1:', 'len(features):'),
    ('len(self.features) - 1:', 'len(self.features):'),
  ),
  in_each(
    'a relu after the last of a list',
    'explicit_mlp',
    'outputs',
    ('len(layers) - 1:', 'len(layers):'),
    ('len(layers) - 1:', 'len(layers):'),
    ('len(self.layers) - 1:', 'len(self.layers):'),
  ),
  in_each(
    'a boundary that is not drawn from',
    'jit_mlp',
    'init',
    ("draw(f'layers_{i}', 1)", "draw(f'layers_{i}')"),
    ('scope.make_rng(stream)', 'scope.rngs[stream].as_jax_rng()'),
    (JIT, 'Dense'),
  ),
  in_each(
    'draws that begin again inside of jit',
    'jit_mlp',
    'init',
    ('number + 1', 'number'),
    (
      'in scope.rngs\n    }',
      'in scope.rngs\n    }\n'
      '    scope.rng_counters = dict.fromkeys(scope.rngs, 0)',
    ),
    (JIT, REDRAWN),
  ),
  in_each(
    'a layer that is not compiled by itself',
    'jit_mlp',
    'program',
    (', jax.jit(apply)', ', apply'),
    ('return jitted(scope, core_fn, x)', 'return core_fn(scope, core_fn, x)'),
    (JIT, FOLDED),
  ),
  in_each(
    'a remat that is forgotten',
    'remat_mlp',
    'program',
    ('jax.checkpoint(', '('),
    ('lift.checkpoint(layers)', 'layers'),
    ('nn.remat(SimpleMLP)', 'SimpleMLP'),
  ),
  in_each(
    'outputs along another axis',
    'simple_scan',
    'outputs',
    ('jnp.swapaxes(ys, 0, 1)', 'ys'),
    ('out_axes=1', 'out_axes=0'),
    ('out_axes=1', 'out_axes=0'),
  ),
  everywhere(
    'a cell under the name of another',
    'simple_scan',
    'variables',
    ('simple_scan', "'lstm_cell'", "'cell'"),
  ),
)
