"""The cells by their names, as functions of parameters."""

from collections.abc import Callable, Mapping

from core_rnn.networks.kinds import LayerName
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.cells.optimized_lstm import fused_cell
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import Cell
from core_rnn.pure.parts.state_space import ssm_cell

CELLS: Mapping[LayerName, Callable[..., Cell]] = {
  'concatenated': gated_cell,
  'elman': elman_cell,
  'gru': gated_cell,
  'jordan': gated_cell,
  'lstm': gated_cell,
  'mgu': gated_cell,
  'min_gru': gated_cell,
  'optimized_lstm': fused_cell,
  'ssm': ssm_cell,
}
