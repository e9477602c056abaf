"""A batch: `nn.vmap` of one Elman network, with its parameters."""

from flax import linen as nn

from core_rnn.networks.batches.batched import Batched
from core_rnn.networks.cells.elman import Elman
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Batched)
def batched(n: Batched) -> nn.Module:
  elman = n.inner(Elman)
  vmap = nn.vmap(
    OverTime,
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=(n.in_axes, 0, 0),
    out_axes=(0, n.out_axes),
  )
  return vmap(ElmanCell(elman), elman.zero_carry, n.zero_padding)
