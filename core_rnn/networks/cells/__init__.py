"""Cells, each alone over time.

The tables have the names under which runners take cells.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypeAliasType

from core_rnn.networks.cells.concatenated import Concatenated
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.cells.gru import GRU
from core_rnn.networks.cells.jordan import Jordan
from core_rnn.networks.cells.lstm import LSTM
from core_rnn.networks.cells.mgu import MGU
from core_rnn.networks.cells.min_gru import MinGRU
from core_rnn.networks.cells.optimized_lstm import OptimizedLSTM
from core_rnn.networks.cells.ssm_cell import SSMCell
from core_rnn.networks.network import Network

CELLS: Mapping[str, type[Network]] = {
  'concatenated': Concatenated,
  'elman': Elman,
  'gru': GRU,
  'jordan': Jordan,
  'lstm': LSTM,
  'mgu': MGU,
  'min_gru': MinGRU,
  'optimized_lstm': OptimizedLSTM,
}
"""The cells that `rnn` and `bidirectional` run, by name."""

LAYERS: Mapping[str, type[Network]] = {**CELLS, 'ssm': SSMCell}
"""The cells that a layer of `deep_rnn` and `char_rnn` has, by name."""

if TYPE_CHECKING:
  CellName = str
  LayerName = str
  RuleName = str
else:
  with_rule = [
    name for name, cell in CELLS.items() if cell.backward_pass
  ]
  CellName = TypeAliasType('CellName', Literal[*CELLS])
  LayerName = TypeAliasType('LayerName', Literal[*LAYERS])
  RuleName = TypeAliasType('RuleName', Literal[*with_rule])

MODELS = (
  'elman',
  'jordan',
  'lstm',
  'optimized_lstm',
  'gru',
  'mgu',
  'concatenated',
  'min_gru',
  'conv_lstm',
)
"""The models, in the order in which a reader meets them."""
