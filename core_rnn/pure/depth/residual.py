"""A residual recurrent layer, as functions of parameters."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from core_rnn.keys import derive
from core_rnn.networks.depth import Residual
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time
from core_rnn.types import Variables


class Layer(NamedTuple):
  """init: draw, [time, features]; apply: params, xs, draw, h_0, length."""

  init: Callable[..., Variables]
  apply: Callable[..., tuple[Any, Any]]


def residual_layer(n: Residual) -> Layer:
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""
  cell = elman_cell(n)
  _, run = over_time(cell)

  def init(draw, shape):
    draw = partial(draw, 'rnn', 'cell')
    return {'rnn': {'cell': cell.init(draw, shape[1:])}}

  def apply(params, xs, draw, initial_carry, seq_length):
    h, hs = run({'params': params['rnn']}, xs, initial_carry, seq_length)
    if draw is not None:
      hs = n.dropout.dropped(draw(), hs)
    return n.added(xs, hs, seq_length), h

  return Layer(init, apply)


@as_pure(Residual)
def residual(n: Residual) -> Functions:
  layer = residual_layer(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    return {'params': layer.init(partial(derive, rngs['params']), xs.shape)}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    draw = None
    if not n.deterministic:
      draw = partial(derive, rngs['dropout'], 'dropout', 1)
    return layer.apply(variables['params'], xs, draw, initial_carry, seq_length)

  return init, apply
