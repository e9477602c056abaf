"""Networks that compute with other values than their parameters."""
