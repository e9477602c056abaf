"""Averaged parameters, with `lift.swap_collection`."""

from flax.core import Scope, lift

from core_rnn.networks.views import PolyakRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> Function:
  elman = over_time(elman_cell(n), zero_padding=n.zero_padding)
  averaged = lift.swap_collection(elman, 'params', 'average')

  def polyak(scope: Scope, xs, initial_carry=None, seq_length=None):
    given = xs, initial_carry, seq_length
    first = is_initializing(scope)
    if n.averaged and not first:
      return averaged(scope, *given)
    outputs = elman(scope, *given)
    if scope.is_mutable_collection('average'):
      params = scope.get_variable('params', 'cell')
      average = scope.get_variable('average', 'cell', params)
      moved = params if first else n.moved(average, params)
      scope.put_variable('average', 'cell', moved)
    return outputs

  return polyak
