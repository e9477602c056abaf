"""Both directions, merged, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.sequences import Bidirectional
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.over_batch import over_batch


@as_scope(Bidirectional)
def bidirectional(n: Bidirectional) -> Function:
  forward, backward = (
    over_batch(CELLS[n.cell](n.of_cell), n.direction(reverse))
    for reverse in (False, True)
  )

  def both(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    first = initial_carry or (None, None)
    on = scope.child(forward, 'forward_rnn')(xs, first[0], seq_lengths)
    back = scope.child(backward, 'backward_rnn')(xs, first[1], seq_lengths)
    return n.merged(on, back, seq_lengths)

  return both
