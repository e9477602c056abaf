"""The residual recurrent layer, with explicit parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.depth.residual import Residual
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.chance.dropout import dropout_apply
from core_rnn.pure.parts.over_time import over_time


def residual_layer(n: Residual) -> Functions:
  """Return init and apply of a layer.

  Returns:
    draw, inputs -> the parameters; and parameters, xs [time, features],
    draw, h_0, seq_length -> ys [time, features], h.
  """
  elman, dropout = n.inner(Elman), n.inner(Dropout)
  cell = elman_cell(elman)
  _, rnn = over_time(cell, elman.zero_carry)

  def init(draw, inputs):
    draw = partial(draw, 'rnn', 'cell')
    return {'rnn': {'cell': cell.init(draw, inputs)}}

  def apply(params, xs, draw, initial_carry, seq_length):
    _, xs = mark_padding(xs, seq_length)
    variables = {'params': params['rnn']}
    h, hs = rnn(variables, xs, initial_carry, seq_length)
    if not n.deterministic:
      hs = dropout_apply(dropout, draw(), hs)
    ys = xs.astype(hs.dtype) + hs
    return fill_padding(ys, seq_length, n.zero_padding), h

  return init, apply


@as_pure(Residual)
def residual(n: Residual) -> Functions:
  init_layer, apply_layer = residual_layer(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'])
    return {'params': init_layer(draw, xs.shape[-1])}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs.get('dropout'), 'dropout', 1)
    start = initial_carry, seq_length
    return apply_layer(variables['params'], xs, draw, *start)

  return init, apply
