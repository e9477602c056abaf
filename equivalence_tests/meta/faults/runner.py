"""Faults in what runs a cell over a batch of sequences."""

from equivalence_tests.meta.faults import everywhere, in_each

MERGED = ('merge_fn(on_ys, back_ys)', 'merge_fn(back_ys, on_ys)')

FAULTS = (
  everywhere(
    'padding that reaches the carry',
    'rnn',
    'outputs',
    ('over_time', 'valid_steps(xs, length)', 'valid_steps(xs, length + 1)'),
    row=1,
  ),
  everywhere(
    'a cell that sees the padding',
    'rnn',
    'outputs',
    ('over_time', 'repeated(xs, length)', 'xs'),
    row=1,
  ),
  everywhere(
    'padding that is not 0 where it should be',
    'rnn',
    'outputs',
    ('over_batch', 'zeroed(ys, seq_lengths, axis)', 'ys'),
    row=2,
  ),
  everywhere(
    'a sequence that is turned one step too far',
    'rnn',
    'outputs',
    ('over_batch', 'length - 1 - t, t', 'length - t, t'),
    row=1,
  ),
  in_each(
    'both directions merged the other way round',
    'bidirectional',
    'outputs',
    MERGED,
    MERGED,
    MERGED,
  ),
  everywhere(
    'both networks in one direction',
    'bidirectional',
    'outputs',
    (
      'bidirectional',
      'for reverse in (False, True)',
      'for reverse in (False, False)',
    ),
  ),
)
