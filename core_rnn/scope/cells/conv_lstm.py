"""The convolutional LSTM, with `lift.scan`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp
from jax.nn import sigmoid

from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.conv import conv_layer
from core_rnn.types import LSTMCarry


def conv_lstm_cell(n: ConvLSTM) -> Function:
  """Return the step of the network: scope, (c, h), x -> (c, h), h."""
  of_x = conv_layer(n, 4 * n.features, n.kernel_init, n.bias_init)
  of_h = conv_layer(n, 4 * n.features, n.recurrent_init, n.bias_init)

  def step(scope: Scope, carry, x):
    c, h = carry
    from_x = scope.child(of_x, 'ih')(x)
    from_h = scope.child(of_h, 'hh')(h)
    i, g, f, o = jnp.split(from_x + from_h, 4, axis=-1)
    f = sigmoid(f + 1)
    c = f * c + sigmoid(i) * jnp.tanh(g)
    h = sigmoid(o) * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return step


@as_scope(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> Function:
  cell = conv_lstm_cell(n)

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
