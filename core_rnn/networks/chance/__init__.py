"""Networks that draw from streams other than `params`."""

MODELS = ('dropout', 'dropout_rnn', 'zoneout', 'noise_rnn')
"""The models, in the order in which a reader meets them."""
