"""Tests of the models, the transforms and the suite."""
