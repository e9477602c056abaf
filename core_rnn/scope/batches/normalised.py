"""A named axis of `lift.vmap`: inputs normalised over the batch."""

from flax.core import Scope, lift

from core_rnn.equations.normalising import normalised as over_axis
from core_rnn.equations.padding import padded
from core_rnn.networks.batches import Normalised
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Normalised)
def normalised(n: Normalised) -> Function:
  rnn = over_time(elman_cell(n), zero_padding=n.zero_padding)

  def one(scope: Scope, xs, initial_carry, length):
    valid, xs = padded(xs.astype(n.dtype or xs.dtype), length)
    zs = over_axis(xs, 'batch', valid)
    return rnn(scope, zs, initial_carry, length)

  return lift.vmap(
    one,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
