"""Networks that update collections: counts, statistics of batches."""

MODELS = ('counter', 'batch_norm', 'block', 'batchnorm_rnn')
"""The models, in the order in which a reader meets them."""
