"""Faults in what is seen of the variables."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'the other half of the kernel',
    'causal_rnn',
    'outputs',
    ('views/causal_rnn', 'jnp.triu', 'jnp.tril'),
  ),
  in_each(
    'a mask when it begins, and none after',
    'views/causal_rnn',
    'outputs',
    ("mask(params['elman'])", "params['elman']"),
    (
      "'elman')(h, x)",
      "'elman')(h, x) if begins else scope.child(cell, 'elman')(h, x)",
    ),
    (
      'return causal(',
      'return (causal if begins else ElmanCell)(',
    ),
    row=1,
  ),
  everywhere(
    'an average that moves the other way',
    'polyak_rnn',
    'state',
    ('views/polyak_rnn', '1 - n.momentum', '1 + n.momentum'),
  ),
  in_each(
    'the parameters where their average should be',
    'views/polyak_rnn',
    'outputs',
    ("{'params': average}", "{'params': params}"),
    ('return averaged(scope', 'return network(scope'),
    ('swap, swap', 'dict, dict'),
    row=2,
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'causal_rnn',
    'outputs',
    ('views/causal_rnn', 'n.zero_padding', 'not n.zero_padding'),
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
