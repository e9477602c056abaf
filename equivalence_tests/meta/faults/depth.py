"""Faults in layers in a row."""

from equivalence_tests.meta.faults import everywhere, in_each

BOTH = "{'params': True, 'dropout': True}"
LENGTH = 'length=n.layers,'
KEYS = "keys_of(n, rngs['{}'])"
SAME = (
  "jax.numpy.stack([jax.random.clone(rngs['{}']) for _ in range(n.layers)])"
)
REVERSED = "__import__('jax').tree.map(lambda h: h[::-1], initial_carry)"
LIFT_SCAN = "__import__('flax.core').core.lift.scan("
LINEN_SCAN = "__import__('flax.linen').linen.scan("

FAULTS = (
  everywhere(
    'a layer whose input is lost',
    'residual',
    'outputs',
    ('depth/residual', 'xs.astype(hs.dtype) + hs', 'hs'),
  ),
  everywhere(
    'a carry that a layer is not given',
    'residual',
    'outputs',
    ('depth/residual', 'xs, initial_carry, ', 'xs, None, '),
    row=1,
  ),
  everywhere(
    'padding that goes into a sum',
    'residual',
    'outputs',
    ('depth/residual', 'mark_padding(xs, seq_length)', '(0, xs)'),
    ('depth/residual', 'fill_padding(ys, seq_length, n.zero_padding)', 'ys'),
    row=1,
  ),
  everywhere(
    'layers that are not told where padding begins',
    'loop_stack',
    'outputs',
    ('depth/loop_stack', 'h, seq_length)', 'h, None)'),
    row=1,
  ),
  everywhere(
    'padding of which a stack of systems returns what it made',
    'ssm_stack',
    'outputs',
    ('depth/ssm_stack', 'fill_padding(us, seq_length', 'fill_padding(us, None'),
    row=1,
  ),
  in_each(
    'carries of layers in reversed order',
    'depth/stack',
    'outputs',
    ('keys, initial_carry', f'keys, {REVERSED}'),
    ('xs, initial_carry, ', f'xs, {REVERSED}, '),
    ('xs, initial_carry, ', f'xs, {REVERSED}, '),
    row=1,
  ),
  everywhere(
    'carries of a loop in reversed order',
    'loop_stack',
    'outputs',
    ('depth/loop_stack', '[*initial_carry]', '[*initial_carry][::-1]'),
    row=1,
  ),
  in_each(
    'layers in reversed order',
    'depth/stack',
    'outputs',
    ('xs, layers, unroll', 'xs, layers, reverse=True, unroll'),
    (LENGTH, f'{LENGTH} reverse=True,'),
    (LENGTH, f'{LENGTH} reverse=True,'),
  ),
  in_each(
    'one key for all layers',
    'depth/stack',
    'init',
    (KEYS.format('params'), SAME.format('params')),
    (BOTH, BOTH.replace('True', 'False', 1)),
    (BOTH, BOTH.replace('True', 'False', 1)),
  ),
  in_each(
    'a mask that is used again in every layer',
    'depth/stack',
    'outputs',
    (KEYS.format('dropout'), SAME.format('dropout')),
    (BOTH, "{'params': True, 'dropout': False}"),
    (BOTH, "{'params': True, 'dropout': False}"),
  ),
  in_each(
    'draws that do not count the first trace',
    'depth/stack',
    'init',
    (
      "traced_twice(init_one, partial(derive, key, 'layers'))",
      "partial(derive, key, 'layers')",
    ),
    (LENGTH, f'{LENGTH} check_constancy_invariants=False,'),
    (LENGTH, f'{LENGTH} check_constancy_invariants=False,'),
  ),
  everywhere(
    'layers that all see the first input',
    'loop_stack',
    'outputs',
    ('depth/loop_stack', 'xs, h = ', '_, h = '),
  ),
  in_each(
    'layers that are made in the loop',
    'depth/layer_stack',
    'init',
    (
      "init_layer(partial(derive, key, 'layers')",
      "init_layer(lambda *p: derive(key, 'layers', *p[:-1], p[-1] + 1)",
    ),
    ('scan = layer_scan(', f'scan = {LIFT_SCAN}'),
    ('scan = layer_scan(', f'scan = {LINEN_SCAN}'),
  ),
  in_each(
    'a slow setup in the loop',
    'depth/ssm_stack',
    'program',
    ('if n.batched_setup else', 'if False else'),
    ('batched_setup=n.batched_setup', 'batched_setup=False'),
    ('batched_setup=n.batched_setup', 'batched_setup=False'),
  ),
  in_each(
    'a cache that forgets',
    'depth/ssm',
    'state',
    ("{'cache': {'x': x}})", "{'cache': {'x': 0 * x}})"),
    ('cache.value = x', 'cache.value = 0 * x'),
    ('cache.value = x', 'cache.value = 0 * x'),
  ),
  everywhere(
    'a state that goes on through padding',
    'ssm',
    'state',
    ('depth/ssm', '(valid, us))', '(None, us))'),
    row=3,
  ),
  everywhere(
    'padding that a system sees',
    'ssm',
    'program',
    ('depth/ssm', 'valid, us = mark_padding(', 'valid, _ = mark_padding('),
    row=1,
  ),
)
