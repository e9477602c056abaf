"""Networks that differentiate in every step, or in a backward pass."""

MODELS = (
  'settling_rnn',
  'langevin_rnn',
  'rtrl',
  'local_rnn',
  'clipped_rnn',
  'bptt',
)
"""The models, in the order in which a reader meets them."""
