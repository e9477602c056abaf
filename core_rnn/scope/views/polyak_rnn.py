"""Averaged parameters, with `lift.swap_collection`."""

import jax
from flax.core import Scope, lift

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.polyak_rnn import PolyakRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)
  network = over_time(cell, elman.zero_carry, n.zero_padding)
  averaged = lift.swap_collection(network, 'params', 'average')

  def move(average, param):
    return n.momentum * average + (1 - n.momentum) * param

  def polyak(scope: Scope, xs, initial_carry=None, seq_length=None):
    given = xs, initial_carry, seq_length
    begins = is_initializing(scope)
    if n.averaged and not begins:
      return averaged(scope, *given)
    outputs = network(scope, *given)
    if scope.is_mutable_collection('average'):
      params = scope.get_variable('params', 'cell')
      average = scope.get_variable('average', 'cell', params)
      moved = jax.tree.map(move, average, params)
      scope.put_variable('average', 'cell', params if begins else moved)
    return outputs

  return polyak
