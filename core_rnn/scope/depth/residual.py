"""The residual recurrent layer, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.depth.residual import Residual
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.parts.over_time import over_time


def residual_layer(n: Residual) -> Function:
  """Return a layer: scope, xs [time, features] -> ys, h [features]."""
  elman, dropout = n.inner(Elman), dropout_layer(n.inner(Dropout))
  rnn = over_time(elman_cell(elman), elman.zero_carry)

  def layer(scope: Scope, xs, initial_carry=None, seq_length=None):
    _, xs = mark_padding(xs, seq_length)
    h, hs = scope.child(rnn, 'rnn')(xs, initial_carry, seq_length)
    hs = scope.child(dropout, 'dropout')(hs)
    ys = xs.astype(hs.dtype) + hs
    return fill_padding(ys, seq_length, n.zero_padding), h

  return layer


@as_scope(Residual)
def residual(n: Residual) -> Function:
  return residual_layer(n)
