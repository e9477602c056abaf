"""Plain float64 NumPy loops, written from the equations; and Flax's own cells.

Nothing here knows `core_rnn`: a fault that all ways share is seen here alone.

A loop returns its outputs, and for each output the *scale* of its rounding:
what one unit of relative error in each term would add up to, carried along as
the output is. An error divided by eps times the scale is in ULP of the terms.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from flax import linen as nn

ACTIVATIONS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
  'tanh': np.tanh,
  'sin': np.sin,
  'relu': lambda x: np.maximum(x, 0),  # each has slope <= 1, as scales assume
}


def dense(
  variables: Mapping[str, Any], x: np.ndarray, hyperparameters: dict[str, Any]
) -> tuple[Any, Any]:
  """y_j = sum_i x_i W_ij + b_j: x [inputs] -> y [features], and its scale.

  Source: the Linen introduction, `SimpleDense`.
  """
  del hyperparameters
  w, b = variables['params']['kernel'], variables['params']['bias']
  y, scale = b.copy(), np.abs(b)
  for i in range(len(x)):
    y = y + x[i] * w[i]
    scale = scale + np.abs(x[i] * w[i])
  return y, scale


def elman(
  variables: Mapping[str, Any],
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: np.ndarray | None = None,
) -> tuple[Any, Any]:
  """h_t = f(h_{t-1} W_hh + x_t W_xh + b_h): xs [time, inputs] -> (h, hs).

  Source: Elman (1990), Finding Structure in Time.
  """
  cell = variables['params']['cell']
  w_hh, w_xh, b_h = (
    cell['recurrent'],
    cell['input']['kernel'],
    cell['input']['bias'],
  )
  f = ACTIVATIONS[hyperparameters.get('activation', 'tanh')]
  h = np.zeros(len(b_h)) if initial_carry is None else initial_carry
  scale = np.zeros(len(b_h))
  hs, scales = np.zeros((len(xs), len(b_h))), np.zeros((len(xs), len(b_h)))
  steps = range(len(xs))
  for t in reversed(steps) if hyperparameters.get('reverse') else steps:
    x = xs[t]
    terms = np.abs(h) @ np.abs(w_hh) + np.abs(x) @ np.abs(w_xh) + np.abs(b_h)
    scale = scale @ np.abs(w_hh) + terms
    h = f(h @ w_hh + x @ w_xh + b_h)
    hs[t], scales[t] = h, scale
  return (h, hs), (scale, scales)


def flax_dense(
  variables: Mapping[str, Any], x: Any, hyperparameters: dict[str, Any]
) -> Any:
  """`nn.Dense`, on the same variables: x [inputs] -> y [features]."""
  layer = nn.Dense(
    hyperparameters['features'],
    dtype=hyperparameters.get('dtype'),
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
  )
  return layer.apply(variables, x)


def flax_elman(
  variables: Mapping[str, Any],
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """`nn.RNN(nn.SimpleCell)`, on the same variables: xs [time, inputs].

  The carry is always given: Flax makes its first one in the dtype of the
  parameters, which a scan refuses where another dtype is computed in. So is an
  initializer, which `apply` traces for its shape: the orthogonal one that
  Flax's cell has by default knows no bfloat16.
  """
  cell = variables['params']['cell']
  if initial_carry is None:
    initial_carry = np.zeros(
      hyperparameters['features'], hyperparameters['dtype']
    )
  rnn = nn.RNN(
    nn.SimpleCell(
      hyperparameters['features'],
      activation_fn=hyperparameters.get('activation', nn.tanh),
      recurrent_kernel_init=nn.initializers.zeros,
      dtype=hyperparameters.get('dtype'),
      param_dtype=hyperparameters.get('param_dtype', 'float32'),
    ),
    unroll=hyperparameters.get('unroll', 1),
    return_carry=True,
    reverse=hyperparameters.get('reverse', False),
    keep_order=True,
  )
  theirs = {'i': cell['input'], 'h': {'kernel': cell['recurrent']}}
  return rnn.apply(
    {'params': {'cell': theirs}}, xs, initial_carry=initial_carry
  )
