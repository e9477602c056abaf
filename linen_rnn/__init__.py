"""Way three: `flax.linen` modules under `nn.scan`, `nn.vmap` and the like."""
