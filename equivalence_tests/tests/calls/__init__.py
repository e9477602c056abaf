"""Tests of how models are called."""
