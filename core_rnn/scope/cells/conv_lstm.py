"""The convolutional LSTM, with `lift.scan`."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.cells import ConvLSTM
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.conv import conv_layer
from core_rnn.scope.parts.over_time import Cell, over_time


@as_scope(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> Function:
  def step(scope: Scope, carry, x):
    def layer(name, x):
      return scope.child(partial(conv_layer, n.layers[name]), name)(x)

    return n.step(layer, carry, x)

  return over_time(Cell(n.first, step), n.reverse, n.unroll, n.zero_padding)
