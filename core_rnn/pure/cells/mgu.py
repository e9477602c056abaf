"""The minimal gated unit, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.keys import derive
from core_rnn.networks.cells.mgu import MGU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def mgu_cell(n: MGU) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""
  bias = n.activation_bias_init
  of_hn = (n.recurrent_init, bias if n.reset_gate else None)

  def init(draw, inputs):
    dense = lambda name, *how: dense_init(partial(draw, name), n, *how)
    return {
      'if': dense('if', inputs, n.kernel_init, n.forget_bias_init),
      'hf': dense('hf', n.features, n.recurrent_init),
      'hn': dense('hn', n.features, *of_hn),
      'in': dense('in', inputs, n.kernel_init, bias),
    }

  def step(params, h, x):
    from_x = lambda gate: dense_apply(n, params[f'i{gate}'], x)
    from_h = lambda gate: dense_apply(n, params[f'h{gate}'], h)
    f = sigmoid(from_x('f') + from_h('f'))
    recurrent = from_h('n') * f if n.reset_gate else from_h('n')
    new = jnp.tanh(from_x('n') + recurrent)
    h = (1 - f) * new + f * h
    return h, h

  return Cell(init, step)


@as_pure(MGU)
def mgu(n: MGU) -> Functions:
  cell = mgu_cell(n)

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
