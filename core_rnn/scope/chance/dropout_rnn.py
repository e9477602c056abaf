"""Recurrent dropout, with `lift.scan` that splits a stream."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.chance.dropout_rnn import DropoutRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.chance.dropout import dropout_layer


def dropout_cell(n: DropoutRNN) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))
  dropout = dropout_layer(n.inner(Dropout))

  def step(scope: Scope, h, x):
    h = scope.child(dropout, 'dropout')(h)
    return scope.child(elman, 'elman')(h, x)

  return step


@as_scope(DropoutRNN)
def dropout_rnn(n: DropoutRNN) -> Function:
  cell, zero_carry = dropout_cell(n), n.inner(Elman).zero_carry

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'dropout': n.split_rngs},
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
