"""Networks that draw from streams other than `params`."""
