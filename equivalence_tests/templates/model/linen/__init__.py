"""The model, as the linen way has it."""
