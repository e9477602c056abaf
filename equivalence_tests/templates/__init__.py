"""Packages to begin with: what `equivalence new` copies, under other names."""
