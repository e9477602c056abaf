"""Gated cells, as loops from their equations and as Flax has them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from flax import linen as nn

from equivalence_tests.oracle.first import affine, steps
from equivalence_tests.oracle.rounding import (
  Real,
  exact,
  real,
  sigmoid,
  stack,
  tanh,
)

Params = Mapping[str, Any]
Step = Callable[[Params, Any, Any], tuple[Any, Real]]


def over_time(
  step: Step,
  params: Params,
  xs: np.ndarray,
  first: Any,
  hyperparameters: dict[str, Any],
) -> tuple[Any, Real]:
  """(h_t, y_t) = step(h_{t-1}, x_t): xs [time, ...] -> h_time and every y_t."""
  carry, ys = first, [None] * len(xs)
  for t in steps(len(xs), hyperparameters.get('reverse', False)):
    carry, ys[t] = step(params, carry, xs[t])
  shape = (hyperparameters['features'],)
  return carry, stack(ys, shape)


def lstm_step(params: Params, carry: Any, x: Any) -> tuple[Any, Real]:
  """c' = f c + i g, h' = o tanh(c'): Hochreiter & Schmidhuber (1997)."""
  c, h = carry
  z = {
    gate: affine(params[f'i{gate}'], x) + affine(params[f'h{gate}'], h)
    for gate in 'ifgo'
  }
  i, f, o = (sigmoid(z[gate]) for gate in 'ifo')
  c = f * c + i * tanh(z['g'])
  h = o * tanh(c)
  return (c, h), h


def lstm(
  variables: Params,
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """The LSTM over xs [time, inputs]: Hochreiter & Schmidhuber (1997)."""
  zero = exact(np.zeros(hyperparameters['features']))
  first = (zero, zero)
  if initial_carry is not None:
    first = tuple(map(real, initial_carry))
  cell = variables['params']['cell']
  return over_time(lstm_step, cell, xs, first, hyperparameters)


def flax_rnn(
  cell: Callable[..., nn.RNNCellBase],
  variables: Params,
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """`nn.RNN(cell)` on the same variables: xs [time, inputs].

  As `first.flax_elman` says, the first carry is always given, and so is the
  recurrent initializer.
  """
  made = cell(
    hyperparameters['features'],
    recurrent_kernel_init=nn.initializers.zeros,
    dtype=hyperparameters['dtype'],
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
  )
  if initial_carry is None:
    zero = np.zeros(hyperparameters['features'], hyperparameters['dtype'])
    lstm = cell in (nn.LSTMCell, nn.OptimizedLSTMCell)
    initial_carry = (zero, zero) if lstm else zero
  if isinstance(initial_carry, tuple):
    initial_carry = tuple(initial_carry)
  rnn = nn.RNN(
    made,
    unroll=hyperparameters.get('unroll', 1),
    return_carry=True,
    reverse=hyperparameters.get('reverse', False),
    keep_order=True,
  )
  return rnn.apply(variables, xs, initial_carry=initial_carry)
