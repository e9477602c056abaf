"""Tests of the tests: what is broken on purpose is seen."""
