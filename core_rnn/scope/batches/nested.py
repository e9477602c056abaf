"""An ensemble over a batch: one `lift.vmap` in another."""

from functools import partial

from flax.core import lift

from core_rnn.networks.batches.nested import Nested
from core_rnn.networks.cells.elman import Elman
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Nested)
def nested(n: Nested) -> Function:
  elman = n.inner(Elman)
  one = over_time(elman_cell(elman), elman.zero_carry, n.zero_padding)
  by_member = partial(
    lift.vmap,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    in_axes=(None, 0, None),
    axis_size=n.members,
  )
  by_batch = partial(
    lift.vmap,
    variable_axes={'params': None},
    split_rngs={'params': False},
  )
  if n.outer == 'members':
    return by_member(by_batch(one))
  return by_batch(by_member(one))
