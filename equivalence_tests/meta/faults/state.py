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
    ('state/batch_norm', 'n.momentum * old', 'n.momentum**2 * old'),
  ),
  in_each(
    'statistics whose last step is the first',
    'state/batchnorm_rnn',
    'outputs',
    ('carry, scanned)', 'carry, scanned, reverse=True)'),
    ('out_axes=1, **', 'out_axes=1, reverse=True, **'),
    ('out_axes=1, **', 'out_axes=1, reverse=True, **'),
    row=1,
  ),
  in_each(
    'one mask for the whole batch',
    'state/block',
    'outputs',
    (
      'jax.random.split(key, len(xs))',
      'jax.numpy.stack([key] * len(xs))',
    ),
    ("'dropout': True", "'dropout': False"),
    ("'dropout': True", "'dropout': False"),
  ),
  everywhere(
    'statistics that count the padding',
    'batchnorm_rnn',
    'state',
    ('batches/normalised', 'jnp.where(here, x, 0)', 'x'),
    row=2,
  ),
  everywhere(
    'a batch that ignores its carry',
    'batchnorm_rnn',
    'outputs',
    ('state/batchnorm_rnn', 'if initial_carry is None', 'if True'),
    row=1,
  ),
  everywhere(
    'a step of padding that moves the carry',
    'batchnorm_rnn',
    'outputs',
    ('state/batchnorm_rnn', 'select(valid, new, h)', 'new'),
    row=2,
  ),
)
