"""Networks over batches of sequences."""
