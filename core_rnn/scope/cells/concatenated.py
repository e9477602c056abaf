"""The concatenated network, with `lift.scan`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.concatenated import Concatenated
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer


def concatenated_cell(n: Concatenated) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  dense = dense_layer(n, n.kernel_init, n.bias_init)

  def step(scope: Scope, h, x):
    joint = jnp.concatenate([h, x.astype(h.dtype)])
    h = n.activation(scope.child(dense, 'joint')(joint))
    return h, h

  return step


@as_scope(Concatenated)
def concatenated(n: Concatenated) -> Function:
  cell = concatenated_cell(n)

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',  # every step reads the same ones,
      split_rngs={'params': False},  # which are drawn from one key
      reverse=n.reverse,
      unroll=n.unroll,
    )
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
