"""The transform, as the linen way has it."""
