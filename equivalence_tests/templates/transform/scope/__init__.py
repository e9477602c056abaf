"""The models, and the transform: as the scope way has them."""
