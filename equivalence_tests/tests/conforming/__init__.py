"""Tests of the kit for transforms, and of every transform by it."""
