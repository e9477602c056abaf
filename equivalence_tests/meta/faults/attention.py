"""Faults in attention."""

from equivalence_tests.meta.faults import everywhere, in_each

HEADS = "{'params': True, "

FAULTS = (
  everywhere(
    'weights that add up to one over the queries',
    'raw_attention',
    'outputs',
    ('networks/attention', 'query @ key.T)', 'query @ key.T, axis=0)'),
  ),
  everywhere(
    'values that are not looked at',
    'attention',
    'outputs',
    (
      'attention/attention',
      "value = dense('value', inputs_kv",
      "value = dense('value', 0 * inputs_kv",
    ),
  ),
  in_each(
    'heads that all start alike',
    'attention/multi_head_attention',
    'init',
    ('jax.vmap(head)(keys)', "jax.vmap(lambda _: head(rngs['params']))(keys)"),
    (HEADS, HEADS.replace('True', 'False')),
    (HEADS, HEADS.replace('True', 'False')),
  ),
  in_each(
    'masks that heads share when they should not',
    'attention/multi_head_attention',
    'state',
    ('or n.broadcast_dropout', 'or not n.broadcast_dropout'),
    ('not n.broadcast_dropout', 'n.broadcast_dropout'),
    ('not self.n.broadcast_dropout', 'self.n.broadcast_dropout'),
  ),
)
