"""Attention, of one head or of many."""
