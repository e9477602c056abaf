"""Faults in dense layers, and in several of them in a row."""

from equivalence_tests.meta.faults import everywhere, in_each

JIT = 'nn.jit(DenseLayer)'
FOLD = "__import__('flax.linen.transforms').linen.transforms.fold_rngs"
FOLDED = f'{FOLD}(DenseLayer)'
REDRAWN = (
  "nn.jit(type('DenseLayer', (DenseLayer,), {'make_rng': "
  'lambda self, name: self.scope.rngs[name].as_jax_rng()}))'
)
UNKEYED = "__import__('core_rnn.scope.dense.dense', fromlist=['_']).dense_layer"

FAULTS = (
  in_each(
    'features and features_in swapped',
    'dense/explicit_dense',
    'variables',
    ('(n.features_in, n.features)', '(n.features, n.features_in)'),
    ('(n.features_in, n.features)', '(n.features, n.features_in)'),
    (
      '(self.n.features_in, self.n.features)',
      '(self.n.features, self.n.features_in)',
    ),
  ),
  everywhere(
    'a relu after the last layer',
    'mlp',
    'outputs',
    ('dense/mlp', 'if i != len(', 'if i < 1 + len('),
  ),
  everywhere(
    'a relu after the last of a list',
    'explicit_mlp',
    'outputs',
    ('dense/explicit_mlp', 'if i != len(', 'if i < 1 + len('),
  ),
  in_each(
    'a boundary that is not drawn from',
    'dense/jit_mlp',
    'init',
    ('draw(name, 1)', 'draw(name)'),
    ('scope.make_rng(name)', 'scope.rngs[name].as_jax_rng()'),
    (JIT, 'DenseLayer'),
  ),
  in_each(
    'draws that begin again inside of jit',
    'dense/jit_mlp',
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
    'dense/jit_mlp',
    'program',
    (', jax.jit(apply)', ', apply'),
    ('return lifted(scope, core_fn, x)', 'return core_fn(scope, core_fn, x)'),
    (JIT, FOLDED),
  ),
  in_each(
    'keys that are not folded',
    'dense/folded_mlp',
    'init',
    ("derive(rngs['params'], name, 1)", "derive(rngs['params'], name)"),
    (
      'keyed_layer(lift.fold_rngs, layer)',
      f'{UNKEYED}(layer, n.kernel_init, n.bias_init)',
    ),
    ('nn.fold_rngs(DenseLayer)', 'DenseLayer'),
  ),
  in_each(
    'a remat that is forgotten',
    'dense/remat_mlp',
    'program',
    ('jax.checkpoint(', '('),
    ('lift.checkpoint(', '('),
    ('nn.remat(Perceptron)', 'Perceptron'),
  ),
)
