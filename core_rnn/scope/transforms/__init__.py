"""One file a transform: new ones, on `flax.core.lift`."""
