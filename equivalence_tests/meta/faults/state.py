"""Faults in what is remembered."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'a counter that counts twice',
    'counter',
    'state',
    ('state/counter', ' + 1', ' + 2'),
  ),
  in_each(
    'a counter that init moves',
    'state/counter',
    'init',
    ('jnp.zeros((), jnp.int32)', 'jnp.ones((), jnp.int32)'),
    ('if not initialised:', 'if False:'),
    ('if not initialised:', 'if False:'),
  ),
  everywhere(
    'statistics that are updated twice',
    'batch_norm',
    'state',
    ('networks/state', 'self.momentum * running', 'self.momentum**2 * running'),
  ),
  in_each(
    'statistics whose last step is the first',
    'parts/batch_over_time',
    'outputs',
    (
      'lax.scan(scan_them, h, (stats, xs))',
      'lax.scan(scan_them, h, (stats, xs), reverse=True)',
    ),
    ('out_axes=1,', 'out_axes=1, reverse=True,'),
    ('out_axes=1,', 'out_axes=1, reverse=True,'),
    model='batchnorm_rnn',
    row=1,
  ),
  in_each(
    'one mask for the whole batch',
    'state/block',
    'outputs',
    (
      "jax.random.split(jax.random.clone(rngs['dropout']), len(xs))",
      "jax.numpy.stack([jax.random.clone(rngs['dropout'])] * len(xs))",
    ),
    ("'dropout': True", "'dropout': False"),
    ("'dropout': True", "'dropout': False"),
  ),
  everywhere(
    'statistics that count the padding',
    'batchnorm_rnn',
    'state',
    ('equations/normalising', 'jnp.where(valid, x, 0)', 'x'),
    row=2,
  ),
  everywhere(
    'a batch that ignores its carry',
    'batchnorm_rnn',
    'outputs',
    (
      'parts/batch_over_time',
      'first(xs) if',
      'first(xs) if True or',
    ),
    row=1,
  ),
  everywhere(
    'a step of padding that moves the carry',
    'batchnorm_rnn',
    'outputs',
    ('parts/batch_over_time', 'select(valid, new, h)', 'new'),
    row=2,
  ),
)
