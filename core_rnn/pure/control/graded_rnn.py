"""A network with cells for inputs of several sizes, with `lax.switch`."""

from functools import partial

from jax import lax

from core_rnn.networks.control import GradedRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(GradedRNN)
def graded_rnn(n: GradedRNN) -> Functions:
  cells = {'elman': elman_cell(n.elman), 'gru': gated_cell(n.gru)}

  def init(draw, shape):
    return {
      name: cell.init(partial(draw, name), shape)
      for name, cell in cells.items()
    }

  def keep(h: Features, x: Inputs):
    return h, h

  def step(params, h: Features, x: Inputs):
    each = [partial(cell.step, params[name]) for name, cell in cells.items()]
    return lax.switch(n.grade(x), [keep, *each], h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
