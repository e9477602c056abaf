"""What runs cells over batches of sequences."""
