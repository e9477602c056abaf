"""Way two: functions on a `flax.core` Scope, lifted by `flax.core.lift`."""
