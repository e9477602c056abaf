"""An ensemble: `nn.vmap`, with an axis of the parameters."""

from flax import linen as nn

from core_rnn.networks.batches.ensemble import Ensemble
from core_rnn.networks.cells.elman import Elman
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Ensemble)
def ensemble(n: Ensemble) -> nn.Module:
  elman = n.inner(Elman)
  vmap = nn.vmap(
    OverTime,
    variable_axes={'params': n.params_axis},
    split_rngs={'params': n.split_rngs},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
  return vmap(ElmanCell(elman), elman.zero_carry, n.zero_padding)
