"""A block of layers, as a module."""

from flax import linen as nn

from core_rnn.networks.state import Block
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.state.batch_norm import BatchNormLayer


class BlockLayer(nn.Module):
  """y = batch_norm(dropout(dense(x))), of one example: x [inputs]."""

  dense: DenseLayer
  dropout: DropoutLayer
  batch_norm: BatchNormLayer

  def __call__(self, x: Inputs) -> Features:
    """x [inputs], one along the axis `batch` -> y [features]."""
    return self.batch_norm(self.dropout(self.dense(x)))


@as_linen(Block)
def block(n: Block) -> nn.Module:
  vmap = nn.vmap(
    BlockLayer,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
  return vmap(
    DenseLayer(n.dense), DropoutLayer(n.dropout), BatchNormLayer(n.batch_norm)
  )
