"""The models, and the transform: as the linen way has them."""
