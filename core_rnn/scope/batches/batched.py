"""A batch: `lift.vmap` of one Elman network, with its parameters."""

from flax.core import lift

from core_rnn.networks.batches.batched import Batched
from core_rnn.networks.cells.elman import Elman
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Batched)
def batched(n: Batched) -> Function:
  elman = n.inner(Elman)
  return lift.vmap(
    over_time(elman_cell(elman), elman.zero_carry, n.zero_padding),
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=(n.in_axes, 0, 0),
    out_axes=(0, n.out_axes),
  )
