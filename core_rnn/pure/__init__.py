"""Way one: `jax.lax.scan` over explicit parameter pytrees. No Flax in it."""
