"""New transforms, one in each file, for pure functions."""
