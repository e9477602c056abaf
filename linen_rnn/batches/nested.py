"""Both at once: an ensemble over a batch, one `nn.vmap` in another."""

from functools import partial

from flax import linen as nn

from core_rnn.networks.batches import Nested
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Nested)
def nested(n: Nested) -> nn.Module:
  over_members = partial(
    nn.vmap,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
  over_batch = partial(
    nn.vmap, variable_axes={'params': None}, split_rngs={'params': False}
  )
  if n.outer == 'members':
    vmap = over_members(over_batch(OverTime))
  else:
    vmap = over_batch(over_members(OverTime))
  return vmap(ElmanCell(n), n.first, zero_padding=n.zero_padding)
