"""The cells of the scope way, by the names that runners use."""

from collections.abc import Callable, Mapping

from core_rnn.scope.as_scope import Function
from core_rnn.scope.cells.concatenated import concatenated_cell
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.cells.gru import gru_cell
from core_rnn.scope.cells.jordan import jordan_cell
from core_rnn.scope.cells.lstm import lstm_cell
from core_rnn.scope.cells.mgu import mgu_cell
from core_rnn.scope.cells.min_gru import min_gru_cell
from core_rnn.scope.cells.optimized_lstm import optimized_lstm_cell
from core_rnn.scope.parts.ssm_cell import ssm_cell

CELLS: Mapping[str, Callable[..., Function]] = {
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
"""Name -> the step of its description: scope, carry, x -> carry, y."""
