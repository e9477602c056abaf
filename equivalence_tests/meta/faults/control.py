"""Faults in what is computed, and how often."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'the smallest entry decides',
    'skip_rnn',
    'outputs',
    ('networks/control', '.max() > self', '.min() > self'),
  ),
  in_each(
    'the branches exchanged',
    'control/skip_rnn',
    'outputs',
    ('update, skip, h', 'skip, update, h'),
    ('update, skip, scope', 'skip, update, scope'),
    ('update, skip, self', 'skip, update, self'),
  ),
  everywhere(
    'a grade too low',
    'graded_rnn',
    'outputs',
    ('networks/control', '2 * self.threshold', '3 * self.threshold'),
  ),
  in_each(
    'branches in another order',
    'control/graded_rnn',
    'outputs',
    ('[keep, *each]', '[*each, keep]'),
    (
      '[keep, *(partial(run, name) for name in cells)]',
      '[*(partial(run, name) for name in cells), keep]',
    ),
    (
      '(h, h),\n      lambda cell, h, x: cell.elman(h, x),',
      'cell.elman(h, x),\n      lambda cell, h, x: (h, h),',
    ),
  ),
  in_each(
    'the last look left out',
    'control/ponder_rnn',
    'outputs',
    ('return look(now.h, x)', 'return now.h, now.h'),
    ('return look(scope, now.h, x)', 'return now.h, now.h'),
    ('return self.elman(now.h, x)', 'return now.h, now.h'),
  ),
  everywhere(
    'a size that is quartered',
    'ponder_rnn',
    'outputs',
    ('networks/control', 'now.size / 2, lax', 'now.size / 4, lax'),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'skip_rnn',
    'outputs',
    ('control/skip_rnn', '=n.zero_padding', '=not n.zero_padding'),
    row=1,
  ),
)
