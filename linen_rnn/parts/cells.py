"""The cells by their names, as modules."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.kinds import LayerName
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.cells.optimized_lstm import FusedCell
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.state_space import SSMLayer

CELLS: Mapping[LayerName, Callable[..., nn.Module]] = {
  'concatenated': GatedCell,
  'elman': ElmanCell,
  'gru': GatedCell,
  'jordan': GatedCell,
  'lstm': GatedCell,
  'mgu': GatedCell,
  'min_gru': GatedCell,
  'optimized_lstm': FusedCell,
  'ssm': SSMLayer,
}
