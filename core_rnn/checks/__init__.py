"""Checks of hyperparameters and arguments, with one form of message for all."""
