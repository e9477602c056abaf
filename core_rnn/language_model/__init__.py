"""A character language model: it knows a network only as a Model."""
