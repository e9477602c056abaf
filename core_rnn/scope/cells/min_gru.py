"""The minimal GRU, with `lift.scan` or an associative scan."""

from functools import partial
from typing import Any

from flax.core import Scope, lift
from jax.nn import sigmoid

from core_rnn.equations.linear import run
from core_rnn.networks.cells.min_gru import MinGRU
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer


def min_gru_terms(n: MinGRU, scope: Scope, x):
  """Return a and b of h_t = a h_{t-1} + b, each [features]."""
  dense = dense_layer(n, n.kernel_init, n.bias_init)
  z = sigmoid(scope.child(dense, 'iz')(x))
  return 1 - z, z * scope.child(dense, 'ih')(x)


def min_gru_cell(n: MinGRU) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""

  def step(scope: Scope, h, x):
    a, b = min_gru_terms(n, scope, x)
    h = a * h + b
    return h, h

  return step


@as_scope(MinGRU)
def min_gru(n: MinGRU) -> Function:
  cell, terms = min_gru_cell(n), partial(min_gru_terms, n)

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    valid, xs = mark_padding(xs, seq_length, n.reverse)
    if n.mode == 'associative':
      xs = xs.astype(n.dtype or xs.dtype)
      all_terms = lift.vmap(terms, {'params': None}, {'params': False})
      a, b = scope.child(all_terms, 'cell')(xs)
      h, hs = run(a, b, h_0, valid, n.reverse)
    else:
      how: dict[str, Any] = {'reverse': n.reverse, 'unroll': n.unroll}
      how['split_rngs'] = {'params': False}  # one key for all steps
      scan = lift.scan(step, variable_broadcast='params', **how)
      h, hs = scope.child(scan, 'cell')(h_0, (valid, xs))
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
