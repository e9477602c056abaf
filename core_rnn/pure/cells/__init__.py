"""Cells, each alone over time."""
