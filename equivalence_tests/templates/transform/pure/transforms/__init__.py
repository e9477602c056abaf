"""The transform, as the pure way has it."""
