"""What the network computes, takes and returns: said once, for every way."""

from dataclasses import KW_ONLY, dataclass

from core_rnn.networks.cells import Recurrent
from core_rnn.networks.dense import Product
from core_rnn.networks.kinds import Rate


@dataclass(frozen=True)
class MyRnn(Recurrent):
  """h_t = leak h_{t-1} + (1 - leak) tanh(h_{t-1} W_hh + x_t W_xh + b), h_0 = 0.

  xs [time, inputs] -> h_time [features] and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: yours to name.
  """

  _: KW_ONLY
  leak: Rate = 0.5

  @property
  def recurrent(self) -> Product:
    """h W_hh, of [features]; it has no bias."""
    return self.layer(self.recurrent_init)

  @property
  def input(self) -> Product:
    """x W_xh + b, to [features]."""
    return self.layer(self.kernel_init, self.bias_init)
