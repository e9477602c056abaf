"""Dense layers, and several of them in a row."""
