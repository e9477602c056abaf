"""Attention of one head or of many, with dropout of its weights."""

MODELS = ('raw_attention', 'attention', 'multi_head_attention')
"""The models, in the order in which a reader meets them."""
