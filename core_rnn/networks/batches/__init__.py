"""Networks over a batch, and over the members of an ensemble."""

MODELS = ('batched', 'ensemble', 'nested', 'normalised')
"""The models, in the order in which a reader meets them."""
