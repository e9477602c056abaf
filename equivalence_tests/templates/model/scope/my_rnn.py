"""The leaky network, with `lift.scan`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from equivalence_tests.templates.model.network import MyRnn


@as_scope(MyRnn)
def my_rnn(n: MyRnn) -> Function:
  of_h = dense_layer(n, n.recurrent_init)
  of_x = dense_layer(n, n.kernel_init, n.bias_init)

  def step(scope: Scope, h, x):
    from_h = scope.child(of_h, 'recurrent')(h)
    from_x = scope.child(of_x, 'input')(x)
    h = n.leak * h + (1 - n.leak) * jnp.tanh(from_h + from_x)
    return h, h

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def one(scope: Scope, h, valid_x):
      return freeze_carry(partial(step, scope), h_0)(h, valid_x)

    scan = lift.scan(
      one, variable_broadcast='params', split_rngs={'params': False}
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
