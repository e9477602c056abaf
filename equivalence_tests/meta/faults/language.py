"""Faults in networks that predict the next character of a text."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'one character taken for the next',
    'char_rnn',
    'outputs',
    ('language/char_rnn', 'one_hot(tokens,', 'one_hot(tokens + 1,'),
  ),
  everywhere(
    'a row of the table that is not the character',
    'char_rnn',
    'outputs',
    ('language/char_rnn', ', tokens, axis=0)', ', 0 * tokens, axis=0)'),
    row=2,
  ),
  everywhere(
    'logits without a bias',
    'char_rnn',
    'gradients',
    (
      'language/char_rnn',
      'jnp.broadcast_to(bias,',
      'jnp.broadcast_to(0 * bias,',
    ),
  ),
  in_each(
    'a carry that is not handed in',
    'language/char_rnn',
    'outputs',
    ('draw, initial_carry, seq_lengths', 'draw, None, seq_lengths'),
    ('layers(xs, initial_carry, seq_lengths)', 'layers(xs, None, seq_lengths)'),
    ('layers(xs, initial_carry, seq_lengths)', 'layers(xs, None, seq_lengths)'),
    row=1,
  ),
)
