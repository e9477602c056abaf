"""Faults in what runs a cell over a batch of sequences."""

from equivalence_tests.meta.faults import everywhere, in_each

MERGED = ('merge_fn(on_ys, back_ys)', 'merge_fn(back_ys, on_ys)')

FAULTS = (
  everywhere(
    'padding that reaches the carry',
    'rnn',
    'outputs',
    (
      'over_time',
      'partial(jnp.where, valid), new, carry',
      'lambda a, b: a, new, carry',
    ),
    row=1,
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
