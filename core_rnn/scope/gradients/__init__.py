"""Networks that differentiate while they compute."""
