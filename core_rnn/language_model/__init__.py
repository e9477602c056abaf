"""A character language model: it is given a Model, and trains and judges it."""
