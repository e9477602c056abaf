"""Faults in what runs cells over batches of sequences."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'padding that reaches the carry',
    'rnn',
    'outputs',
    (
      'parts/over_time',
      'valid_steps(xs, seq_length)',
      'valid_steps(xs, seq_length + 1)',
    ),
    row=1,
  ),
  everywhere(
    'a cell that sees the padding',
    'rnn',
    'outputs',
    ('parts/over_time', 'repeated(xs, seq_length)', 'xs'),
    row=1,
  ),
  everywhere(
    'padding that is not 0 where it should be',
    'rnn',
    'outputs',
    ('networks/sequences', 'zeroed(ys, seq_lengths, axis)', 'ys'),
    row=3,
  ),
  everywhere(
    'a first carry that is taken for padding',
    'rnn',
    'outputs',
    (
      'networks/sequences',
      'seq_lengths.astype(int) + 1',
      'seq_lengths.astype(int)',
    ),
    row=3,
  ),
  everywhere(
    'a first carry of nought whatever is given',
    'rnn',
    'outputs',
    (
      'networks/sequences',
      'first(xs) if initial_carry is None else initial_carry',
      'first(xs)',
    ),
    row=1,
  ),
  everywhere(
    'a sequence that is turned one step too far',
    'rnn',
    'outputs',
    ('equations/padding', 'length - 1 - t, t', 'length - t, t'),
    row=1,
  ),
  everywhere(
    'both directions merged the other way round',
    'bidirectional',
    'outputs',
    ('networks/sequences', '(on[1], back[1])', '(back[1], on[1])'),
  ),
  everywhere(
    'both networks in one direction',
    'bidirectional',
    'outputs',
    (
      'sequences/bidirectional',
      'for reverse in (False, True)',
      'for reverse in (False, False)',
    ),
  ),
  in_each(
    'outputs along another axis',
    'sequences/simple_scan',
    'outputs',
    ('jnp.swapaxes(ys, 0, 1)', 'ys'),
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
    ('networks/sequences', 'return xs + ys if', 'return ys if'),
    row=1,
  ),
  everywhere(
    'a learned carry that is not used',
    'deep_rnn',
    'outputs',
    (
      'networks/sequences',
      'jnp.broadcast_to(leaf, (len(xs)',
      'jnp.broadcast_to(0 * leaf, (len(xs)',
    ),
    row=2,
  ),
  everywhere(
    'dropout after the last layer too',
    'deep_rnn',
    'outputs',
    ('networks/sequences', 'self.deterministic or last', 'self.deterministic'),
    row=2,
  ),
  everywhere(
    'a linear recurrence joined in the wrong order',
    'deep_rnn',
    'outputs',
    ('equations/linear', 'c * b + d', 'a * d + b'),
    row=1,
  ),
  everywhere(
    'padding in a linear recurrence',
    'deep_rnn',
    'outputs',
    (
      'equations/linear',
      'jnp.where(at, a, 1), jnp.where(at, b, 0)',
      'a, jnp.where(at, b, 0)',
    ),
    row=1,
  ),
  everywhere(
    'the rows of x taken for those of h',
    'deep_rnn',
    'outputs',
    (
      'equations/deferred_cells',
      '(kernel[len(bias) :],), (bias,), (kernel[: len(bias)],)',
      '(kernel[:-len(bias)],), (bias,), (kernel[-len(bias) :],)',
    ),
    row=3,
  ),
  everywhere(
    'the carry before the last step, of a batch with padding',
    'simple_scan',
    'outputs',
    ('sequences/simple_scan', '(_, carry), ys =', '(carry, _), ys ='),
    row=1,
  ),
  everywhere(
    'a first carry of nought, whatever is given to the batch',
    'simple_scan',
    'outputs',
    ('sequences/simple_scan', 'if initial_carry is None', 'if True'),
    row=1,
  ),
)
