"""The Elman network, with `lax.scan`."""

from functools import partial

from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.cells.elman import Elman
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def elman_cell(n: Elman) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""

  def init(draw, inputs):
    square = (n.features, n.features)
    recurrent = n.recurrent_init(draw(1), square, n.param_dtype)
    inits, draw = (n.kernel_init, n.bias_init), partial(draw, 'input')
    dense = dense_init(draw, n, inputs, *inits)
    return {'recurrent': recurrent, 'input': dense}

  def step(params, h, x):
    recurrent = params['recurrent'].astype(h.dtype)
    from_h = h @ recurrent
    from_x = dense_apply(n, params['input'], x)
    h = n.activation(from_h + from_x)
    return h, h

  return Cell(init, step)


@as_pure(Elman)
def elman(n: Elman) -> Functions:
  cell = elman_cell(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    h, hs = lax.scan(
      freeze_carry(step, h_0),
      h_0,
      mark_padding(xs, seq_length, n.reverse),
      reverse=n.reverse,
      unroll=n.unroll,
    )
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
