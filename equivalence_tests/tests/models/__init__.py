"""Tests of the models, beyond the claims."""
