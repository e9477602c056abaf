"""Plain float64 NumPy loops, written from the equations; and Flax's own cells.

Nothing here knows `core_rnn`: a fault that all ways share is seen here alone.
A loop is in Reals (`rounding.py`), which carry the scale of their rounding.
"""
