"""The cells of the pure way, by the names that runners use."""

from collections.abc import Callable, Mapping

from core_rnn.pure.as_pure import Cell
from core_rnn.pure.cells.concatenated import concatenated_cell
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.cells.gru import gru_cell
from core_rnn.pure.cells.jordan import jordan_cell
from core_rnn.pure.cells.lstm import lstm_cell
from core_rnn.pure.cells.mgu import mgu_cell
from core_rnn.pure.cells.min_gru import min_gru_cell
from core_rnn.pure.cells.optimized_lstm import optimized_lstm_cell
from core_rnn.pure.parts.ssm_cell import ssm_cell

CELLS: Mapping[str, Callable[..., Cell]] = {
  'concatenated': concatenated_cell,
  'elman': elman_cell,
  'gru': gru_cell,
  'jordan': jordan_cell,
  'lstm': lstm_cell,
  'mgu': mgu_cell,
  'min_gru': min_gru_cell,
  'optimized_lstm': optimized_lstm_cell,
  'ssm': ssm_cell,
}
"""Name -> the cell of its description: parameters and step."""
