"""The carry of an LSTM, which Flax has as a pair."""

from collections.abc import Mapping

from core_rnn.types import LSTMCarry


def named(carry):
  """(c, h) by name, of a pair or of a restored dict; another as it is."""
  if isinstance(carry, Mapping):
    return LSTMCarry(**carry)
  return LSTMCarry(*carry) if isinstance(carry, tuple) else carry
