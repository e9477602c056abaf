"""The minimal GRU, with `lax.scan` or an associative scan."""

from functools import partial

import jax
from jax import lax
from jax.nn import sigmoid

from core_rnn.equations.linear import run
from core_rnn.keys import derive
from core_rnn.networks.cells.min_gru import MinGRU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def min_gru_terms(n: MinGRU, params, x):
  """Return a and b of h_t = a h_{t-1} + b, each [features]."""
  z = sigmoid(dense_apply(n, params['iz'], x))
  return 1 - z, z * dense_apply(n, params['ih'], x)


def min_gru_cell(n: MinGRU) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""

  def init(draw, inputs):
    how = (n, inputs, n.kernel_init, n.bias_init)
    return {p: dense_init(partial(draw, p), *how) for p in ('iz', 'ih')}

  def step(params, h, x):
    a, b = min_gru_terms(n, params, x)
    h = a * h + b
    return h, h

  return Cell(init, step)


@as_pure(MinGRU)
def min_gru(n: MinGRU) -> Functions:
  cell = min_gru_cell(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    params = variables['params']['cell']
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    valid, xs = mark_padding(xs, seq_length, n.reverse)
    if n.mode == 'associative':
      xs = xs.astype(n.dtype or xs.dtype)
      a, b = jax.vmap(partial(min_gru_terms, n, params))(xs)
      h, hs = run(a, b, h_0, valid, n.reverse)
    else:
      step = freeze_carry(partial(cell.step, params), h_0)
      how = {'reverse': n.reverse, 'unroll': n.unroll}
      h, hs = lax.scan(step, h_0, (valid, xs), **how)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
