"""A cell of dense layers: parameters by their names, and the step of n."""

from functools import partial

from core_rnn.networks.cells import Layered
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.over_time import Cell


def gated_cell(n: Layered) -> Cell:
  """h_{t-1} [features], x_t [inputs] -> h_t, y_t, as n has them."""

  def init(draw, shape):
    i, h = shape[-1], n.features
    sizes = {'i': i, 'h': h, 'j': h + i}
    return {
      name: dense_init(partial(draw, name), layer, sizes[name[0]])
      for name, layer in n.layers.items()
    }

  def step(params, carry, x):
    def layer(name, x):
      return dense_apply(n.layers[name], params[name], x)

    return n.step(layer, carry, x)

  return Cell(init, n.first, step)
