"""Tests of comparing any two models."""
