"""An ensemble: `lift.vmap`, with an axis of the parameters."""

from flax.core import lift

from core_rnn.networks.batches.ensemble import Ensemble
from core_rnn.networks.cells.elman import Elman
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Ensemble)
def ensemble(n: Ensemble) -> Function:
  elman = n.inner(Elman)
  return lift.vmap(
    over_time(elman_cell(elman), elman.zero_carry, n.zero_padding),
    variable_axes={'params': n.params_axis},
    split_rngs={'params': n.split_rngs},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
