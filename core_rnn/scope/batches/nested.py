"""Both at once: an ensemble over a batch, one `lift.vmap` in another."""

from functools import partial

from flax.core import lift

from core_rnn.networks.batches import Nested
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Nested)
def nested(n: Nested) -> Function:
  over_members = partial(
    lift.vmap,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
  over_batch = partial(
    lift.vmap, variable_axes={'params': None}, split_rngs={'params': False}
  )
  rnn = over_time(elman_cell(n), zero_padding=n.zero_padding)
  if n.outer == 'members':
    return over_members(over_batch(rnn))
  return over_batch(over_members(rnn))
