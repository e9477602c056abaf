"""Networks over batches of sequences."""

MODELS = ('simple_scan', 'rnn', 'bidirectional', 'deep_rnn')
"""The models, in the order in which a reader meets them."""
