"""The Jordan network, with `lift.scan`."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.cells.jordan import Jordan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer


def jordan_cell(n: Jordan) -> Function:
  """Return the step of the network: scope, y, x -> y, y."""
  with_bias = dense_layer(n, n.kernel_init, n.bias_init)
  recurrent = dense_layer(n, n.recurrent_init)

  def step(scope: Scope, y, x):
    from_x = scope.child(with_bias, 'ih')(x)
    from_y = scope.child(recurrent, 'hh')(y)
    h = n.activation(from_x + from_y)
    y = scope.child(with_bias, 'ho')(h)
    return y, y

  return step


@as_scope(Jordan)
def jordan(n: Jordan) -> Function:
  cell = jordan_cell(n)

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    y_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, y, valid_x):
      return freeze_carry(partial(cell, scope), y_0)(y, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',  # every step reads the same ones,
      split_rngs={'params': False},  # which are drawn from one key
      reverse=n.reverse,
      unroll=n.unroll,
    )
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    y, ys = scope.child(scan, 'cell')(y_0, valid_xs)
    return y, fill_padding(ys, seq_length, n.zero_padding)

  return network
