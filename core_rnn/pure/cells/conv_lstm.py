"""The convolutional LSTM, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.keys import derive
from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.parts.conv import conv_apply, conv_init
from core_rnn.types import LSTMCarry


def conv_lstm_cell(n: ConvLSTM) -> Cell:
  """Return the parameters and the step: (c, h), x -> (c, h), h."""
  of_x, of_h = n.kernel_init, n.recurrent_init
  outputs = 4 * n.features

  def init(draw, inputs):
    ih, hh = partial(draw, 'ih'), partial(draw, 'hh')
    return {
      'ih': conv_init(ih, n, inputs, outputs, of_x, n.bias_init),
      'hh': conv_init(hh, n, n.features, outputs, of_h, n.bias_init),
    }

  def step(params, carry, x):
    c, h = carry
    from_x = conv_apply(n, params['ih'], x)
    from_h = conv_apply(n, params['hh'], h)
    i, g, f, o = jnp.split(from_x + from_h, 4, axis=-1)
    f = sigmoid(f + 1)
    c = f * c + sigmoid(i) * jnp.tanh(g)
    h = sigmoid(o) * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return Cell(init, step)


@as_pure(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> Functions:
  cell = conv_lstm_cell(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    how = {'reverse': n.reverse, 'unroll': n.unroll}
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = lax.scan(freeze_carry(step, h_0), h_0, valid_xs, **how)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
