"""The carry of an LSTM, which is a pair in Flax."""

from collections.abc import Mapping

from core_rnn.types import LSTMCarry


def named(carry):
  """Return (c, h) by name for a pair or a restored dict; else the carry."""
  if isinstance(carry, Mapping):
    return LSTMCarry(**carry)
  return LSTMCarry(*carry) if isinstance(carry, tuple) else carry
