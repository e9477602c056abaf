"""Faults in what is computed, and how often."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'the smallest entry decides',
    'skip_rnn',
    'outputs',
    ('control/skip_rnn', '.max() > n', '.min() > n'),
  ),
  in_each(
    'the branches exchanged',
    'control/skip_rnn',
    'outputs',
    ('update, skip, h', 'skip, update, h'),
    ('update, skip, scope', 'skip, update, scope'),
    ('update, skip, elman', 'skip, update, elman'),
  ),
  everywhere(
    'a grade too low',
    'graded_rnn',
    'outputs',
    ('control/graded_rnn', '2 * n.threshold', '3 * n.threshold'),
  ),
  everywhere(
    'branches in another order',
    'graded_rnn',
    'outputs',
    ('control/graded_rnn', 'keep, small, large', 'small, large, keep'),
  ),
  in_each(
    'the last look left out',
    'control/ponder_rnn',
    'outputs',
    ('return look(now.h, x)', 'return now.h, now.h'),
    ('return look(scope, now.h, x)', 'return now.h, now.h'),
    ('return look(now.h, x)', 'return now.h, now.h'),
  ),
  everywhere(
    'a size that is quartered',
    'ponder_rnn',
    'outputs',
    ('control/ponder_rnn', 'now.size / 2, lax', 'now.size / 4, lax'),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'skip_rnn',
    'outputs',
    ('control/skip_rnn', 'n.zero_padding', 'not n.zero_padding'),
    row=1,
  ),
)
