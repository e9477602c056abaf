"""Networks that compute values again in the backward pass."""
