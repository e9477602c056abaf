"""Both directions, merged, as functions of parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.sequences import Bidirectional
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.cells import CELLS
from core_rnn.pure.parts.over_batch import over_batch


@as_pure(Bidirectional)
def bidirectional(n: Bidirectional) -> Functions:
  cell = CELLS[n.cell](n.of_cell)
  (_, forward), (_, backward) = (
    over_batch(cell, n.direction(reverse)) for reverse in (False, True)
  )

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    def draw(name):
      return partial(derive, rngs['params'], name, 'cell')

    return {
      'params': {
        name: {'cell': cell.init(draw(name), xs.shape[2:])}
        for name in ('forward_rnn', 'backward_rnn')
      }
    }

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    params, first = variables['params'], initial_carry or (None, None)
    on = {'params': params['forward_rnn']}
    back = {'params': params['backward_rnn']}
    on = forward(on, xs, first[0], seq_lengths)
    back = backward(back, xs, first[1], seq_lengths)
    return n.merged(on, back, seq_lengths)

  return init, apply
