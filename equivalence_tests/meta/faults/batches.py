"""Faults in batches and ensembles."""

from equivalence_tests.meta.faults import everywhere, in_each

SPLIT = "split_rngs={'params': split_rngs}"
WHOLE = "split_rngs={'params': False}"

FAULTS = (
  in_each(
    'a key that is not split over members',
    'ensemble',
    'init',
    ('if not split_rngs:', 'if True:'),
    (SPLIT, WHOLE),
    (SPLIT, WHOLE),
  ),
  in_each(
    'parameters along another axis',
    'ensemble',
    'variables',
    (', 0, params_axis)(keys)', ', 0, 1)(keys)'),
    ("{'params': params_axis}", "{'params': 1}"),
    ("{'params': params_axis}", "{'params': 1}"),
  ),
  everywhere(
    'a batch along another axis',
    'batched',
    'outputs',
    ('batched', '(0, out_axes)', '(0, 1)'),
  ),
  everywhere(
    "members and batch in each other's place",
    'nested',
    'outputs',
    ('nested', "outer == 'members'", "outer != 'members'"),
  ),
  everywhere(
    'an example that sees itself alone',
    'normalised',
    'outputs',
    ('normalised', 'lax.pmean(wide, axis_name)', '0 * wide'),
  ),
)
