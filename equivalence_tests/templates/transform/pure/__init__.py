"""The models, and the transform: as the pure way has them."""
