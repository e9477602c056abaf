"""Tests of the character language model."""
