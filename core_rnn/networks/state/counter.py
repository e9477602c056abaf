"""A counter, which has no hyperparameters."""

from dataclasses import dataclass

from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Counter(Network):
  """A counter of its own calls.

  count -> count + 1

  The count [] is an int32 in the collection `counter`; `init` sets it
  to 0. Where `counter` is not mutable, the new count is not stored.

  Returns: the new count [].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `Counter`.
  """

  collections = ('counter',)
