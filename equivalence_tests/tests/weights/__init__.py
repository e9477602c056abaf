"""Tests of weights from elsewhere, and the figures that came with them."""
