"""Tests of what lifts."""
