"""An ensemble over a batch: one `nn.vmap` in another."""

from functools import partial

from flax import linen as nn

from core_rnn.networks.batches.nested import Nested
from core_rnn.networks.cells.elman import Elman
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Nested)
def nested(n: Nested) -> nn.Module:
  elman = n.inner(Elman)
  by_member = partial(
    nn.vmap,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
  by_batch = partial(
    nn.vmap,
    variable_axes={'params': None},
    split_rngs={'params': False},
  )
  if n.outer == 'members':
    vmap = by_member(by_batch(OverTime))
  else:
    vmap = by_batch(by_member(OverTime))
  return vmap(ElmanCell(elman), elman.zero_carry, n.zero_padding)
