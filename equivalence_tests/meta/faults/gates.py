"""Faults in gated cells, and in what runs them."""

from equivalence_tests.meta.faults import everywhere, in_each

INPUT, FORGET = "nn.sigmoid(gate('i'))", "nn.sigmoid(gate('f'))"

FAULTS = (
  everywhere(
    'input and forget gate swapped',
    'lstm',
    'outputs',
    ('lstm', f'{INPUT}, {FORGET}', f'{FORGET}, {INPUT}'),
  ),
  everywhere(
    'a memory handed on in place of the output',
    'lstm',
    'outputs',
    ('lstm', 'LSTMCarry(c, h), h', 'LSTMCarry(c, c), h'),
  ),
  everywhere(
    'gates that exchange what they weigh',
    'optimized_lstm',
    'outputs',
    ('optimized_lstm', 'c = f * c + i * g', 'c = i * c + f * g'),
  ),
  everywhere(
    'an update gate the other way round',
    'gru',
    'outputs',
    ('gru', '(1 - z) * n + z * h', 'z * n + (1 - z) * h'),
  ),
  in_each(
    'a reset gate that is ignored',
    'mgu',
    'outputs',
    ('inner * f if reset_gate', 'inner if reset_gate'),
    ('inner * f if reset_gate', 'inner if reset_gate'),
    ('inner * f if self.reset_gate', 'inner if self.reset_gate'),
  ),
  everywhere(
    'gates cut in another order',
    'conv_lstm',
    'outputs',
    ('conv_lstm', 'i, g, f, o = jnp.split', 'i, f, g, o = jnp.split'),
  ),
  everywhere(
    'a kernel transposed',
    'conv_lstm',
    'program',
    ('conv', "'HWIO'", "'WHIO'"),
  ),
)
