"""Networks that decide in each step what to compute, and how often."""

MODELS = ('skip_rnn', 'graded_rnn', 'ponder_rnn')
"""The models, in the order in which a reader meets them."""
