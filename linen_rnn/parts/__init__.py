"""What models are made of: no models themselves."""
