"""The fused LSTM, with `lift.scan`."""

from functools import partial
from typing import Any

from flax.core import Scope, lift
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.networks.cells.optimized_lstm import OptimizedLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import LSTMCarry


def optimized_lstm_cell(n: OptimizedLSTM) -> Function:
  """Return the step of the network: scope, (c, h), x -> (c, h), h."""
  of_x = dense_layer(n, n.kernel_init)
  of_h = dense_layer(n, n.recurrent_init, n.bias_init)

  def step(scope: Scope, carry, x):
    c, h = carry
    if is_initializing(scope):  # the dense layers make the parameters
      for gate in 'ifgo':
        scope.child(of_x, f'i{gate}')(x)
        scope.child(of_h, f'h{gate}')(h)
    params = scope.variables()['params']
    of = lambda kind, leaf: [params[kind + g][leaf] for g in 'ifgo']
    w, b = (jnp.concatenate(of('h', p), -1) for p in ('kernel', 'bias'))
    from_h = jnp.split(h @ w.astype(h.dtype) + b.astype(h.dtype), 4)
    w = jnp.concatenate(of('i', 'kernel'), -1)
    from_x = jnp.split(x.astype(h.dtype) @ w.astype(h.dtype), 4)
    gates = (sigmoid, sigmoid, jnp.tanh, sigmoid)
    i, f, g, o = map(lambda s, a, b: s(a + b), gates, from_h, from_x)
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return step


@as_scope(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Function:
  cell = optimized_lstm_cell(n)

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    how: dict[str, Any] = {'reverse': n.reverse, 'unroll': n.unroll}
    how['split_rngs'] = {'params': False}  # one key for all steps
    scan = lift.scan(step, variable_broadcast='params', **how)
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
