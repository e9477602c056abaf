"""A way with one small network, for tests of what only sees a Model."""
