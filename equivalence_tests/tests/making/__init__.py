"""Tests of what `equivalence new` writes."""
