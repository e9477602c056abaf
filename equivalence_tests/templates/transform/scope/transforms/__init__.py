"""The transform, as the scope way has it."""
