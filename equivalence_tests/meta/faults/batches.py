"""Faults in batches and ensembles."""

from equivalence_tests.meta.faults import everywhere, in_each

SPLIT = "split_rngs={'params': n.split_rngs}"
WHOLE = "split_rngs={'params': False}"

FAULTS = (
  in_each(
    'a key that is not split over members',
    'batches/ensemble',
    'init',
    ('if not n.split_rngs:', 'if True:'),
    (SPLIT, WHOLE),
    (SPLIT, WHOLE),
  ),
  in_each(
    'parameters along another axis',
    'batches/ensemble',
    'variables',
    (', 0, n.params_axis)(keys)', ', 0, 1)(keys)'),
    ("{'params': n.params_axis}", "{'params': 1}"),
    ("{'params': n.params_axis}", "{'params': 1}"),
  ),
  everywhere(
    'members that are not given their carries',
    'ensemble',
    'outputs',
    ('parts/over_time', 'if initial_carry is None', 'if True'),
    row=1,
  ),
  everywhere(
    'a carry that is not handed to a batch',
    'normalised',
    'outputs',
    ('parts/over_time', 'if initial_carry is None', 'if True'),
    row=1,
  ),
  everywhere(
    'padding that counts among the batch',
    'normalised',
    'outputs',
    ('batches/normalised', '(xs, valid), ', '(xs, None), '),
    row=2,
  ),
  everywhere(
    'a batch along another axis',
    'batched',
    'outputs',
    ('batches/batched', '(0, n.out_axes)', '(0, 1)'),
  ),
  everywhere(
    "members and batch in each other's place",
    'nested',
    'outputs',
    ('batches/nested', "n.outer == 'members'", "n.outer != 'members'"),
  ),
  everywhere(
    'an example that sees itself alone',
    'normalised',
    'outputs',
    ('batches/normalised', 'batch_mean(wide, valid)', '0 * wide'),
  ),
)
