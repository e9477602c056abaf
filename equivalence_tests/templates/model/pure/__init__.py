"""The model, as the pure way has it."""
