"""Dense layers, and several of them in a row."""

MODELS = (
  'dense',
  'explicit_dense',
  'mlp',
  'explicit_mlp',
  'jit_mlp',
  'folded_mlp',
  'remat_mlp',
)
"""The models, in the order in which a reader meets them."""
