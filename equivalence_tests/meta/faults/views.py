"""Faults in what is seen of the variables."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'the other half of the kernel',
    'causal_rnn',
    'outputs',
    ('networks/views', 'jnp.triu', 'jnp.tril'),
  ),
  in_each(
    'a mask when it begins, and none after',
    'views/causal_rnn',
    'outputs',
    ("n.seen(params['elman'])", "params['elman']"),
    (
      "'elman')(h, x)",
      "'elman')(h, x) if first else scope.child(elman.step, 'elman')(h, x)",
    ),
    (
      "causal(self.n, name='elman')",
      "(causal if first else ElmanCell)(self.n, name='elman')",
    ),
    row=1,
  ),
  everywhere(
    'an average that moves the other way',
    'polyak_rnn',
    'state',
    ('networks/views', '1 - self.momentum', '1 + self.momentum'),
  ),
  in_each(
    'the parameters where their average should be',
    'views/polyak_rnn',
    'outputs',
    ("{'params': average}", "{'params': params}"),
    ('return averaged(scope', 'return elman(scope'),
    ('swap, swap, mutable=True', 'dict, dict, mutable=True'),
    row=2,
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'causal_rnn',
    'outputs',
    ('views/causal_rnn', '=n.zero_padding', '=not n.zero_padding'),
    row=1,
  ),
  everywhere(
    'a first carry that is not handed on',
    'polyak_rnn',
    'outputs',
    (
      'views/polyak_rnn',
      'xs, initial_carry, seq_length',
      'xs, None, seq_length',
    ),
    row=1,
  ),
)
