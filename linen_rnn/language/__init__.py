"""Networks that predict the next character of a text."""
