"""Tests of the tests: faults and edits that the claims must see."""
