"""Networks that draw from streams of their own."""
