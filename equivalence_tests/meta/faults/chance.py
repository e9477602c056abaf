"""Faults in what is drawn."""

from equivalence_tests.meta.faults import everywhere

FAULTS = (
  everywhere(
    'a mask that is ignored',
    'dropout',
    'outputs',
    ('chance/dropout', 'lax.select(keep,', 'lax.select(keep | True,'),
  ),
  everywhere(
    'one mask for all steps',
    'dropout_rnn',
    'outputs',
    ('chance/dropout_rnn', 'n.split_rngs', 'False'),
  ),
  everywhere(
    'what is kept and what is new swapped',
    'zoneout',
    'outputs',
    ('chance/zoneout', 'keep, h, new', 'keep, new, h'),
  ),
  everywhere(
    'a network that draws, and ignores its carry',
    'zoneout',
    'outputs',
    ('chance/zoneout', 'if initial_carry is None', 'if True'),
    row=1,
  ),
  everywhere(
    'noise of another kind',
    'noise_rnn',
    'state',
    ('chance/noise_rnn', 'random.normal', 'random.uniform'),
  ),
  everywhere(
    'noise from another stream',
    'noise_rnn',
    'outputs',
    ('chance/noise_rnn', "'noise'", "'dropout'"),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'zoneout',
    'outputs',
    ('chance/zoneout', 'n.zero_padding', 'not n.zero_padding'),
    row=1,
  ),
)
