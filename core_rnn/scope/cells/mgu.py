"""The minimal gated unit, with `lift.scan`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.networks.cells.mgu import MGU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer


def mgu_cell(n: MGU) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  bias = n.activation_bias_init

  def step(scope: Scope, h, x):
    dense = lambda name, *how: scope.child(dense_layer(n, *how), name)
    from_x = dense('if', n.kernel_init, n.forget_bias_init)(x)
    f = sigmoid(from_x + dense('hf', n.recurrent_init)(h))
    hn = dense('hn', n.recurrent_init, bias if n.reset_gate else None)
    recurrent = hn(h) * f if n.reset_gate else hn(h)
    new = jnp.tanh(dense('in', n.kernel_init, bias)(x) + recurrent)
    h = (1 - f) * new + f * h
    return h, h

  return step


@as_scope(MGU)
def mgu(n: MGU) -> Function:
  cell = mgu_cell(n)

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
