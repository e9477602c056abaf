"""What `equivalence new` writes, and what writes it: packages to begin with."""
