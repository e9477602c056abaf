"""The linen way: modules, with `nn.scan`, `nn.vmap` and the others."""
