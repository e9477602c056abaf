"""Layers in a row, each with parameters of its own."""

MODELS = (
  'residual',
  'loop_stack',
  'stack',
  'layer_stack',
  'ssm',
  'ssm_stack',
)
"""The models, in the order in which a reader meets them."""
