"""Networks that decide in each step what to compute."""
