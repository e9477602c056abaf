"""The model, as the scope way has it."""
