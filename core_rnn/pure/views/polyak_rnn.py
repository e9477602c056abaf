"""Averaged parameters, as functions of parameters."""

from core_rnn.networks.views import PolyakRNN
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> Functions:
  init_elman, apply_elman = over_time(
    elman_cell(n), zero_padding=n.zero_padding
  )

  def init(rngs, xs, initial_carry=None, seq_length=None):
    params = init_elman(rngs, xs)['params']
    return {'params': params, 'average': params}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    given = xs, initial_carry, seq_length
    params, average = variables['params'], variables['average']
    if n.averaged:
      return apply_elman({'params': average}, *given)
    outputs = apply_elman({'params': params}, *given)
    return Moved(outputs, {'average': n.moved(average, params)})

  return init, apply
