"""Networks that compute with other values than their parameters."""

MODELS = ('causal_rnn', 'polyak_rnn')
"""The models, in the order in which a reader meets them."""
