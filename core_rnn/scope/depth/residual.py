"""A residual recurrent layer, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.depth import Residual
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.parts.over_time import over_time


def residual_layer(n: Residual) -> Function:
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""
  rnn = over_time(elman_cell(n))

  def layer(scope: Scope, xs, initial_carry=None, seq_length=None):
    h, hs = scope.child(rnn, 'rnn')(xs, initial_carry, seq_length)
    hs = scope.child(partial(dropout_layer, n.dropout), 'dropout')(hs)
    return n.added(xs, hs, seq_length), h

  return layer


@as_scope(Residual)
def residual(n: Residual) -> Function:
  return residual_layer(n)
