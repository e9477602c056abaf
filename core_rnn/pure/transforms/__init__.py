"""One file a transform: what it is, in pure functions."""
