"""The Jordan network, with `lax.scan`."""

from functools import partial

from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.cells.jordan import Jordan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def jordan_cell(n: Jordan) -> Cell:
  """Return the parameters and the step of the network: y, x -> y, y."""
  with_bias = (n.kernel_init, n.bias_init)

  def init(draw, inputs):
    ih, hh, ho = (partial(draw, name) for name in ('ih', 'hh', 'ho'))
    return {
      'ih': dense_init(ih, n, inputs, *with_bias),
      'hh': dense_init(hh, n, n.features, n.recurrent_init),
      'ho': dense_init(ho, n, n.features, *with_bias),
    }

  def step(params, y, x):
    from_x = dense_apply(n, params['ih'], x)
    from_y = dense_apply(n, params['hh'], y)
    h = n.activation(from_x + from_y)
    y = dense_apply(n, params['ho'], h)
    return y, y

  return Cell(init, step)


@as_pure(Jordan)
def jordan(n: Jordan) -> Functions:
  cell = jordan_cell(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    y_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    how = {'reverse': n.reverse, 'unroll': n.unroll}
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    y, ys = lax.scan(freeze_carry(step, y_0), y_0, valid_xs, **how)
    return y, fill_padding(ys, seq_length, n.zero_padding)

  return init, apply
