"""The fused LSTM, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.keys import derive
from core_rnn.networks.cells.optimized_lstm import OptimizedLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_init
from core_rnn.types import LSTMCarry


def optimized_lstm_cell(n: OptimizedLSTM) -> Cell:
  """Return the parameters and the step: (c, h), x -> (c, h), h."""

  def init(draw, inputs):
    params, of_h = {}, (n.recurrent_init, n.bias_init)
    for gate in 'ifgo':
      i, h = partial(draw, f'i{gate}'), partial(draw, f'h{gate}')
      params[f'i{gate}'] = dense_init(i, n, inputs, n.kernel_init)
      params[f'h{gate}'] = dense_init(h, n, n.features, *of_h)
    return params

  def step(params, carry, x):
    c, h = carry
    of = lambda kind, leaf: [params[kind + g][leaf] for g in 'ifgo']
    w, b = (jnp.concatenate(of('h', p), -1) for p in ('kernel', 'bias'))
    from_h = jnp.split(h @ w.astype(h.dtype) + b.astype(h.dtype), 4)
    w = jnp.concatenate(of('i', 'kernel'), -1)
    from_x = jnp.split(x.astype(h.dtype) @ w.astype(h.dtype), 4)
    gates = (sigmoid, sigmoid, jnp.tanh, sigmoid)
    i, f, g, o = map(lambda s, a, b: s(a + b), gates, from_h, from_x)
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return Cell(init, step)


@as_pure(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Functions:
  cell = optimized_lstm_cell(n)

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
