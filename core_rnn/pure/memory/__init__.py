"""Networks that compute again what they do not remember."""
