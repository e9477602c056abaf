"""Recurrent dropout, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.chance import DropoutRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(DropoutRNN)
def dropout_rnn(n: DropoutRNN) -> Function:
  elman, dropout = elman_cell(n), partial(dropout_layer, n.dropout)

  def step(scope: Scope, h: Features, x: Inputs):
    h = scope.child(dropout, 'dropout')(h)
    return scope.child(elman.step, 'elman')(h, x)

  return over_time(
    Cell(n.first, step),
    zero_padding=n.zero_padding,
    split_rngs={'dropout': n.split_rngs},
  )
