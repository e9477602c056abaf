"""The pure way: `lax.scan` over explicit parameters, without Flax."""
