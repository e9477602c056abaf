"""Faults in what is drawn."""

from equivalence_tests.meta.faults import everywhere

SPLIT = "{'dropout': n.split_rngs}"

FAULTS = (
  everywhere(
    'a mask that is ignored',
    'dropout',
    'outputs',
    ('networks/chance', 'lax.select(keep,', 'lax.select(keep | True,'),
  ),
  everywhere(
    'one mask for all steps',
    'dropout_rnn',
    'outputs',
    ('chance/dropout_rnn', SPLIT, "{'dropout': False}"),
  ),
  everywhere(
    'what is kept and what is new swapped',
    'zoneout',
    'outputs',
    ('networks/chance', 'h.shape), h, new)', 'h.shape), new, h)'),
  ),
  everywhere(
    'a network that draws, and ignores its carry',
    'zoneout',
    'outputs',
    ('parts/over_time', 'if initial_carry is None:', 'if True:'),
    row=1,
  ),
  everywhere(
    'noise of another kind',
    'noise_rnn',
    'state',
    ('networks/chance', 'random.normal', 'random.uniform'),
  ),
  everywhere(
    'noise from another stream',
    'noise_rnn',
    'errors',
    ('networks/chance', "('noise',)", "('dropout',)"),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'zoneout',
    'outputs',
    ('chance/zoneout', '=n.zero_padding', '=not n.zero_padding'),
    row=1,
  ),
)
