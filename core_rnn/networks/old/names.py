"""Names of cells."""

from typing import Literal

CellName = Literal[
  'concatenated',
  'elman',
  'gru',
  'jordan',
  'lstm',
  'mgu',
  'min_gru',
  'optimized_lstm',
]
LayerName = Literal[CellName, 'ssm']
RuleName = Literal[
  'concatenated', 'elman', 'gru', 'lstm', 'mgu', 'optimized_lstm'
]
