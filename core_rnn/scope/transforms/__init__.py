"""New transforms for functions on a scope, on `flax.core.lift`."""
