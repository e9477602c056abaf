"""One file a transform: thin wrappers on the scope form, as in Flax."""
