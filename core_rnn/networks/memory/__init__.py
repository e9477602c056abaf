"""Networks that compute values again in the backward pass."""

MODELS = ('remat_rnn', 'remat_stack')
"""The models, in the order in which a reader meets them."""
