"""Dense layer, dropout and batch normalisation, under `nn.vmap`."""

from flax import linen as nn

from core_rnn.networks.state.block import Block
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.state.batch_norm import BatchNormLayer


class BlockLayer(nn.Module):
  """The layers of one example in the axis `batch`: x -> y."""

  n: Block

  @nn.compact
  def __call__(self, x):
    """Return batch_norm(dropout(x W + b)): [features]."""
    n, inits = self.n, (self.n.kernel_init, self.n.bias_init)
    x = DenseLayer(n, *inits, name='dense')(x)
    x = DropoutLayer(n.dropout, name='dropout')(x)
    return BatchNormLayer(n.batch_norm, name='batch_norm')(x)


@as_linen(Block)
def block(n: Block) -> nn.Module:
  vmap = nn.vmap(
    BlockLayer,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
  return vmap(n)
