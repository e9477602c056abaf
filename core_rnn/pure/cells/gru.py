"""The GRU, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.keys import derive
from core_rnn.networks.cells.gru import GRU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def gru_cell(n: GRU) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""
  of_x, of_h = (n.kernel_init, n.bias_init), (n.recurrent_init,)
  of_n = (n.recurrent_init, n.bias_init)

  def init(draw, inputs):
    params = {}
    for gate, inits in ('r', of_h), ('z', of_h), ('n', of_n):
      i, h = partial(draw, f'i{gate}'), partial(draw, f'h{gate}')
      params[f'i{gate}'] = dense_init(i, n, inputs, *of_x)
      params[f'h{gate}'] = dense_init(h, n, n.features, *inits)
    return params

  def step(params, h, x):
    from_x = lambda gate: dense_apply(n, params[f'i{gate}'], x)
    from_h = lambda gate: dense_apply(n, params[f'h{gate}'], h)
    r = sigmoid(from_x('r') + from_h('r'))
    z = sigmoid(from_x('z') + from_h('z'))
    new = jnp.tanh(from_x('n') + r * from_h('n'))
    h = (1 - z) * new + z * h
    return h, h

  return Cell(init, step)


@as_pure(GRU)
def gru(n: GRU) -> Functions:
  cell = gru_cell(n)

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
