"""What reads and writes text, one character after the other."""

MODELS = ('char_rnn',)
"""The models, in the order in which a reader meets them."""
