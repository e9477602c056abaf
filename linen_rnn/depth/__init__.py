"""Layers in a row, each with parameters of its own."""
