"""The convolutional LSTM, with `lax.scan`."""

from functools import partial

from core_rnn.networks.cells import ConvLSTM
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.conv import conv_apply, conv_init
from core_rnn.pure.parts.over_time import Cell, over_time


@as_pure(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> Functions:
  def init(draw, shape):
    sizes = {'ih': shape[-1], 'hh': n.features}
    return {
      name: conv_init(partial(draw, name), layer, sizes[name])
      for name, layer in n.layers.items()
    }

  def step(params, carry, x):
    def layer(name, x):
      return conv_apply(n.layers[name], params[name], x)

    return n.step(layer, carry, x)

  return over_time(
    Cell(init, n.first, step), n.reverse, n.unroll, n.zero_padding
  )
