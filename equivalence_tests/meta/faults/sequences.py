"""Faults in networks over batches of sequences."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'padding that reaches the carry',
    'rnn',
    'outputs',
    (
      'sequences/rnn',
      'mark_padding(xs, length, n.reverse)',
      'mark_padding(xs, length + 1, n.reverse)',
    ),
    row=1,
  ),
  everywhere(
    'a cell that sees the padding',
    'rnn',
    'outputs',
    (
      'sequences/rnn',
      'mark_padding(xs, length, n.reverse)',
      '(mark_padding(xs, length, n.reverse)[0], xs)',
    ),
    row=1,
  ),
  everywhere(
    'padding that is not 0 where it should be',
    'rnn',
    'outputs',
    ('sequences/rnn', 'length, n.zero_padding)', 'length, False)'),
    row=3,
  ),
  everywhere(
    'a first carry of nought whatever is given',
    'rnn',
    'outputs',
    (
      'sequences/rnn',
      'arrange_outputs(n, xs, initial_carry, ys',
      'arrange_outputs(n, xs, None, ys',
    ),
    row=1,
  ),
  everywhere(
    'both directions merged the other way round',
    'bidirectional',
    'outputs',
    ('sequences/bidirectional', '(ys, back_ys)', '(back_ys, ys)'),
  ),
  everywhere(
    'both networks in one direction',
    'bidirectional',
    'outputs',
    ('sequences/bidirectional', 'reverse=True', 'reverse=False'),
  ),
  in_each(
    'outputs along another axis',
    'sequences/simple_scan',
    'outputs',
    ('jnp.swapaxes(hs, 0, 1)', 'hs'),
    ('out_axes=1', 'out_axes=0'),
    ('out_axes=1', 'out_axes=0'),
  ),
  everywhere(
    'a cell under the name of another',
    'simple_scan',
    'variables',
    ('sequences/simple_scan', "'lstm_cell'", "'cell'"),
  ),
  everywhere(
    'a layer that is not added where it should be',
    'deep_rnn',
    'outputs',
    ('sequences/deep_rnn', 'xs + ys if', 'ys if'),
    row=1,
  ),
  everywhere(
    'a learned carry that is not used',
    'deep_rnn',
    'outputs',
    (
      'parts/learned_carry',
      'jnp.broadcast_to(leaf, (len(xs)',
      'jnp.broadcast_to(0 * leaf, (len(xs)',
    ),
    row=2,
  ),
  everywhere(
    'dropout after the last layer too',
    'deep_rnn',
    'outputs',
    ('sequences/deep_rnn', 'n.deterministic or last', 'n.deterministic'),
    row=2,
  ),
  in_each(
    'a carry that goes on through the padding of a batch',
    'sequences/simple_scan',
    'outputs',
    ('freeze_carry(batch, h_0)', '(lambda h, valid_x: batch(h, valid_x[1]))'),
    (
      'freeze_carry(partial(batch, scope), h_0)(h, valid_x)',
      'batch(scope, h, valid_x[1])',
    ),
    ('freeze_carry(cell, h_0)(h, valid_x)', 'cell(h, valid_x[1])'),
    row=1,
  ),
  everywhere(
    'a first carry of nought, whatever is given to the batch',
    'simple_scan',
    'outputs',
    ('sequences/simple_scan', 'initial_carry or jax', 'None or jax'),
    row=1,
  ),
)
