"""What the network computes, takes and returns: said once, for every way."""

from dataclasses import KW_ONLY, dataclass

from core_rnn.networks.cells import Recurrent
from core_rnn.networks.kinds import Size


@dataclass(frozen=True)
class MyRnn(Recurrent):
  """h_t = elman(h, x_t), turns times over, each time of the last h.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. The
  cell sees the same input in every turn, and has one set of parameters.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: yours to name.
  """

  _: KW_ONLY
  turns: Size = 3
