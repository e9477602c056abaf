"""Faults in attention."""

from equivalence_tests.meta.faults import everywhere, in_each

HEADS = "{'params': True, "

FAULTS = (
  everywhere(
    'weights that add up to one over the queries',
    'raw_attention',
    'outputs',
    ('attention/raw_attention', 'softmax(score)', 'softmax(score, axis=0)'),
  ),
  everywhere(
    'products that are not divided',
    'raw_attention',
    'outputs',
    ('attention/raw_attention', 'if n.scaled', 'if not n.scaled'),
    row=2,
  ),
  everywhere(
    'a step of the future that is seen',
    'attention',
    'outputs',
    (
      'attention/raw_attention',
      'queries, keys, dtype',
      'queries, keys, 1, dtype',
    ),
    row=2,
  ),
  everywhere(
    'products in half precision',
    'multi_head_attention',
    'outputs',
    (
      'attention/raw_attention',
      'element_type=wide',
      'element_type=query.dtype',
    ),
    row=1,
  ),
  everywhere(
    'values that are not looked at',
    'attention',
    'outputs',
    ('attention/attention', 'value = dense(', 'value = 0 * dense('),
  ),
  everywhere(
    'a key of the padding that is weighed',
    'raw_attention',
    'outputs',
    (
      'attention/raw_attention',
      'jnp.maximum(key_lengths, 1)',
      'key_lengths + 1',
    ),
    row=1,
  ),
  everywhere(
    'a value of the padding that is seen',
    'raw_attention',
    'program',
    ('attention/raw_attention', 'zero_after_end(value, key_lengths)', 'value'),
    row=1,
  ),
  in_each(
    'a projection that sees the padding',
    'attention/attention',
    'program',
    ('zero_after_end(kv, length)', 'kv'),
    ('zero_after_end(inputs_kv, key_lengths)', 'inputs_kv'),
    ('zero_after_end(inputs_kv, key_lengths)', 'inputs_kv'),
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
    ('jax.vmap(head)(keys)', 'jax.vmap(lambda _: head(key))(keys)'),
    (HEADS, HEADS.replace('True', 'False')),
    (HEADS, HEADS.replace('True', 'False')),
  ),
  in_each(
    'masks that heads share when they should not',
    'attention/multi_head_attention',
    'state',
    ('or n.broadcast_dropout', 'or not n.broadcast_dropout'),
    ('not n.broadcast_dropout', 'n.broadcast_dropout'),
    ('not n.broadcast_dropout', 'n.broadcast_dropout'),
  ),
)
