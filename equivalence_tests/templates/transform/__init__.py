"""A network that runs its cell several times, and what transforms it so."""
