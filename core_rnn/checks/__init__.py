"""What models refuse, in one form: way, model, argument, expected, got."""
