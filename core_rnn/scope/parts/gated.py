"""A cell of dense layers: a child scope for each, and the step of n."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.cells import Layered
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.over_time import Cell


def gated_cell(n: Layered) -> Cell:
  """h_{t-1} [features], x_t [inputs] -> h_t, y_t, as n has them."""

  def step(scope: Scope, carry, x):
    def layer(name, x):
      return scope.child(partial(dense_layer, n.layers[name]), name)(x)

    return n.step(layer, carry, x)

  return Cell(n.first, step)
