"""The cells of the linen way, by the names that runners use."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from linen_rnn.cells.concatenated import ConcatenatedCell
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.cells.gru import GRUCell
from linen_rnn.cells.jordan import JordanCell
from linen_rnn.cells.lstm import LSTMCell
from linen_rnn.cells.mgu import MGUCell
from linen_rnn.cells.min_gru import MinGRUCell
from linen_rnn.cells.optimized_lstm import OptimizedLSTMCell
from linen_rnn.parts.ssm_cell import StateSpaceCell

CELLS: Mapping[str, Callable[..., nn.Module]] = {
  'concatenated': ConcatenatedCell,
  'elman': ElmanCell,
  'gru': GRUCell,
  'jordan': JordanCell,
  'lstm': LSTMCell,
  'mgu': MGUCell,
  'min_gru': MinGRUCell,
  'optimized_lstm': OptimizedLSTMCell,
  'ssm': StateSpaceCell,
}
"""Name -> the module of its description: carry, x -> carry, y."""
