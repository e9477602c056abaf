"""The scope way: functions on a Scope, lifted by `flax.core.lift`."""
