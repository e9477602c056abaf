"""Descriptions that are being replaced."""
