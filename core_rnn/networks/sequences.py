"""What runs cells over batches of sequences."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from core_rnn.equations.merging import concatenate
from core_rnn.equations.padding import zeroed
from core_rnn.initializers import uniform, zeros
from core_rnn.networks.cells import GRU, LSTM, Elman, Recurrent
from core_rnn.networks.kinds import CellName, Initializer, Size
from core_rnn.networks.network import Typed
from core_rnn.types import BothWays


@dataclass(frozen=True)
class SimpleScan(Typed):
  """(c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t), for all of the batch at once.

  xs [batch, time, inputs] -> (c, h) of the last step [batch, inputs], every h_t
  [batch, time, inputs]: there are as many features as inputs, and the scan goes
  along axis 1. The parameters are `lstm_cell`, as in `lstm`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleScan`.
  """

  arguments = {'xs': 'batch time inputs'}

  _: KW_ONLY
  recurrent_init: Initializer = uniform()
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros

  def lstm(self, xs) -> LSTM:
    """xs [batch, time, inputs] -> the LSTM of as many features."""
    return LSTM(xs.shape[-1], **inner(self))


@dataclass(frozen=True)
class OfCell(Recurrent):
  """What runs a cell that is named, [inputs] to [features]."""

  cell: CellName = 'lstm'

  @cached_property
  def of_cell(self) -> Recurrent:
    """The network of the cell that it runs, [inputs] to [features]."""
    return CELLS[self.cell](self.features, **inner(self))


@dataclass(frozen=True)
class Runner(OfCell):
  """What runs a cell over a batch of sequences, xs [batch, time, inputs]."""

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  _: KW_ONLY
  time_major: bool = False
  return_carry: bool = False
  unroll: Size = 1
  zero_padding: bool = False


@dataclass(frozen=True)
class RNN(Runner):
  """(h_t, y_t) = cell(h_{t-1}, x_t), for each sequence of a batch, by itself.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry [batch, features] -> every y likewise; (h, ys) if return_carry.
  What follows the first seq_lengths [batch] steps of a sequence is padding,
  which stays at the end, and of which carry, other outputs and gradients know
  nothing: y there is 0 if zero_padding, or else y of the last step once more,
  as of x = 1/2 if there is none. reverse returns outputs as they came, the last
  step first; keep_order turns them back. If deferred, derivatives are by the
  rule of `bptt`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Flax's `RNN`, on whose variables it runs.
  """

  _: KW_ONLY
  reverse: bool = False
  keep_order: bool = False
  deferred: bool = False


@dataclass(frozen=True)
class Bidirectional(Runner):
  """y = merge_fn(y of the one, y of the other): one runs on, one from the end.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry (forward, backward) [batch, features] -> ys likewise, of 2
  features if concatenated; ((forward, backward), ys) if return_carry. Each
  sequence ends after its seq_lengths [batch], if these are given; after that, y
  is as `rnn` has it, merged, or 0 if zero_padding.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Schuster & Paliwal (1997), Bidirectional Recurrent Neural Networks;
  Flax's `Bidirectional`, on whose variables it runs.
  """

  _: KW_ONLY
  merge_fn: Callable[..., Any] = concatenate

  def direction(self, reverse: bool) -> RNN:
    """One of the two networks that it merges the outputs of, [batch, ...]."""
    return RNN(
      self.features,
      cell=self.cell,
      time_major=self.time_major,
      reverse=reverse,
      keep_order=True,
      return_carry=True,
      unroll=self.unroll,
      **inner(self),
    )

  def merged(self, on: Any, back: Any, seq_lengths: Any) -> Any:
    """(carry, ys) of each network -> ys [batch, time, ...], or with carries."""
    carries = BothWays(on[0], back[0])
    ys = self.merge_fn(on[1], back[1])
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, 1 if self.time_major else 0)
    return (carries, ys) if self.return_carry else ys


CELLS: Mapping[CellName, Callable[..., Recurrent]] = {
  'elman': Elman,
  'lstm': LSTM,
  'gru': GRU,
}


def inner(n: Recurrent | SimpleScan) -> dict[str, Any]:
  """How a network, of xs [...], makes the parameters of one inside it."""
  return {
    'recurrent_init': n.recurrent_init,
    'kernel_init': n.kernel_init,
    'bias_init': n.bias_init,
    'dtype': n.dtype,
    'param_dtype': n.param_dtype,
  }
