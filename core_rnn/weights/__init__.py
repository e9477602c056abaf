"""Weights of somebody else's networks as ours, and ours as theirs."""
