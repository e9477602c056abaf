"""Four of the models as modules of `flax.nnx`; every claim is made."""
