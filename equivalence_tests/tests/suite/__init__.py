"""Tests of what the suite says of the ways."""
