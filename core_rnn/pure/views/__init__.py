"""Networks that see other variables than they keep."""
