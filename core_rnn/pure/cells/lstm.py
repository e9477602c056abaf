"""The LSTM, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.keys import derive
from core_rnn.networks.cells.lstm import LSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.types import LSTMCarry


def lstm_cell(n: LSTM) -> Cell:
  """Return the parameters and the step: (c, h), x -> (c, h), h."""
  of_x, of_h = (n.kernel_init,), (n.recurrent_init, n.bias_init)

  def init(draw, inputs):
    params = {}
    for gate in 'ifgo':
      i, h = partial(draw, f'i{gate}'), partial(draw, f'h{gate}')
      params[f'i{gate}'] = dense_init(i, n, inputs, *of_x)
      params[f'h{gate}'] = dense_init(h, n, n.features, *of_h)
    return params

  def step(params, carry, x):
    c, h = carry
    from_x = lambda gate: dense_apply(n, params[f'i{gate}'], x)
    from_h = lambda gate: dense_apply(n, params[f'h{gate}'], h)
    i = sigmoid(from_x('i') + from_h('i'))
    f = sigmoid(from_x('f') + from_h('f'))
    g = jnp.tanh(from_x('g') + from_h('g'))
    o = sigmoid(from_x('o') + from_h('o'))
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return Cell(init, step)


@as_pure(LSTM)
def lstm(n: LSTM) -> Functions:
  cell = lstm_cell(n)

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
