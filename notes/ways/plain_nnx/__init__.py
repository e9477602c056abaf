"""Four of the models as modules of `flax.nnx`. It claims all that we do."""
