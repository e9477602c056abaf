"""Networks over a batch, and over members of an ensemble."""
