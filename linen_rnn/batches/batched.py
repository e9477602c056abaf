"""A batch, shared parameters: one Elman network, under `nn.vmap`."""

from flax import linen as nn

from core_rnn.networks.batches import Batched
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Batched)
def batched(n: Batched) -> nn.Module:
  vmap = nn.vmap(
    OverTime,
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=(n.in_axes, 0, 0),
    out_axes=(0, n.out_axes),
  )
  return vmap(ElmanCell(n), n.first, zero_padding=n.zero_padding)
