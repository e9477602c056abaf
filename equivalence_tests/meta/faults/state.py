"""Faults in what is drawn and what is remembered."""

from equivalence_tests.meta.faults import everywhere, in_each

SPLIT = "{'dropout': split_rngs}"

FAULTS = (
  everywhere(
    'a counter that counts twice',
    'counter',
    'state',
    ('counter', ' + 1', ' + 2'),
  ),
  in_each(
    'a counter that init moves',
    'counter',
    'init',
    ('jnp.zeros((), jnp.int32)', 'jnp.ones((), jnp.int32)'),
    ('if not initialised:', 'if False:'),
    ('if not initialised:', 'if False:'),
  ),
  everywhere(
    'a mask that is ignored',
    'dropout',
    'outputs',
    ('dropout', 'lax.select(keep,', 'lax.select(keep | True,'),
  ),
  everywhere(
    'one mask for all steps',
    'dropout_rnn',
    'outputs',
    ('dropout_rnn', SPLIT, "{'dropout': False}"),
  ),
  in_each(
    'statistics that are updated twice',
    'batch_norm',
    'state',
    ('momentum * stats', 'momentum * momentum * stats'),
    ('momentum * running', 'momentum * momentum * running'),
    ('m = self.momentum', 'm = self.momentum**2'),
  ),
  everywhere(
    'what is kept and what is new swapped',
    'zoneout',
    'outputs',
    ('zoneout', 'h.shape), h, new)', 'h.shape), new, h)'),
  ),
  everywhere(
    'noise of another kind',
    'noise_rnn',
    'state',
    ('noise_rnn', 'random.normal', 'random.uniform'),
  ),
  everywhere(
    'noise from another stream',
    'noise_rnn',
    'errors',
    ('noise_rnn', "streams=('noise',)", "streams=('dropout',)"),
  ),
  in_each(
    'statistics whose last step is the first',
    'batchnorm_rnn',
    'outputs',
    (
      'lax.scan(scan_them, h, (stats, xs))',
      'lax.scan(scan_them, h, (stats, xs), reverse=True)',
    ),
    ('out_axes=1,', 'out_axes=1, reverse=True,'),
    ('out_axes=1,', 'out_axes=1, reverse=True,'),
    module='batch_over_time',
    row=1,
  ),
  in_each(
    'one mask for the whole batch',
    'block',
    'outputs',
    (
      "jax.random.split(jax.random.clone(rngs['dropout']), len(xs))",
      "jax.numpy.stack([jax.random.clone(rngs['dropout'])] * len(xs))",
    ),
    ("'dropout': True", "'dropout': False"),
    ("'dropout': True", "'dropout': False"),
  ),
)
