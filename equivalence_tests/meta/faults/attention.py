"""Faults in attention."""

from equivalence_tests.meta.faults import everywhere, in_each

HEADS = "{'params': True, "

FAULTS = (
  everywhere(
    'weights that add up to one over the queries',
    'raw_attention',
    'outputs',
    ('networks/attention', 'softmax(score)', 'softmax(score, axis=0)'),
  ),
  everywhere(
    'products that are not divided',
    'raw_attention',
    'outputs',
    ('networks/attention', 'if self.scaled', 'if not self.scaled'),
    row=2,
  ),
  everywhere(
    'a step of the future that is seen',
    'attention',
    'outputs',
    ('networks/attention', 'score.shape, dtype', 'score.shape, 1, dtype'),
    row=2,
  ),
  everywhere(
    'products in half precision',
    'multi_head_attention',
    'outputs',
    ('networks/attention', 'element_type=wide', 'element_type=query.dtype'),
    row=1,
  ),
  everywhere(
    'values that are not looked at',
    'attention',
    'outputs',
    ('attention/attention', "dense('value', ", "0 * dense('value', "),
  ),
  everywhere(
    'a key of the padding that is weighed',
    'raw_attention',
    'outputs',
    ('networks/attention', 'jnp.maximum(length, 1)', 'length + 1'),
    row=1,
  ),
  everywhere(
    'a value of the padding that is seen',
    'raw_attention',
    'program',
    ('attention/raw_attention', 'known(value, key_lengths)', 'value'),
    row=1,
  ),
  in_each(
    'a projection that sees the padding',
    'attention/attention',
    'program',
    ('known(kv, length)', 'kv'),
    ('known(inputs_kv, key_lengths)', 'inputs_kv'),
    ('known(inputs_kv, key_lengths)', 'inputs_kv'),
    row=1,
  ),
  everywhere(
    'lengths of keys along another axis',
    'multi_head_attention',
    'outputs',
    ('attention/multi_head_attention', 'axis, place)', 'axis, -1 - place)'),
    row=2,
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
