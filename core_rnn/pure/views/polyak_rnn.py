"""Averaged parameters, as functions of parameters."""

import jax

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.polyak_rnn import PolyakRNN
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)
  init_elman, network = over_time(
    cell, elman.zero_carry, n.zero_padding
  )

  def init(rngs, xs, initial_carry=None, seq_length=None):
    params = init_elman(rngs, xs)['params']
    return {'params': params, 'average': params}

  def move(average, param):
    return n.momentum * average + (1 - n.momentum) * param

  def apply(variables, xs, initial_carry=None, seq_length=None):
    given = xs, initial_carry, seq_length
    params, average = variables['params'], variables['average']
    if n.averaged:
      return network({'params': average}, *given)
    outputs = network({'params': params}, *given)
    average = jax.tree.map(move, average, params)
    return Moved(outputs, {'average': average})

  return init, apply
