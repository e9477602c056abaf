"""Networks that predict the next character of a text."""

MODELS = ('char_rnn',)
"""The models, in the order in which a reader meets them."""
