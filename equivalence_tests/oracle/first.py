"""A dense layer and the Elman network, as loops and as Flax has them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from flax import linen as nn

from equivalence_tests.oracle.rounding import (
  Real,
  exact,
  real,
  relu,
  sin,
  stack,
  tanh,
)

ACTIVATIONS: Mapping[str, Callable[[Real], Real]] = {
  'tanh': tanh,
  'sin': sin,
  'relu': relu,
}


def affine(params: Mapping[str, Any], x: Any) -> Real:
  """y_j = sum_i x_i W_ij + b_j: x [inputs] -> y [features]; b may be absent."""
  y = real(x) @ params['kernel']
  return y + params['bias'] if 'bias' in params else y


def steps(count: int, reverse: bool = False) -> range:
  """0, 1, ..., count - 1; or from the last to the first."""
  return range(count - 1, -1, -1) if reverse else range(count)


def dense(
  variables: Mapping[str, Any], x: np.ndarray, hyperparameters: dict[str, Any]
) -> Any:
  """y = x W + b: x [inputs] -> y [features].

  Source: the Linen introduction, `SimpleDense`.
  """
  del hyperparameters
  return affine(variables['params'], x)


def elman(
  variables: Mapping[str, Any],
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: np.ndarray | None = None,
) -> Any:
  """h_t = f(h_{t-1} W_hh + x_t W_xh + b_h): xs [time, inputs] -> (h, hs).

  Source: Elman (1990), Finding Structure in Time.
  """
  cell = variables['params']['cell']
  f = ACTIVATIONS[hyperparameters.get('activation', 'tanh')]
  zero = exact(np.zeros(len(cell['recurrent'])))
  h = zero if initial_carry is None else real(initial_carry)
  hs = [zero] * len(xs)
  for t in steps(len(xs), hyperparameters.get('reverse', False)):
    h = f(h @ cell['recurrent'] + affine(cell['input'], xs[t]))
    hs[t] = h
  return h, stack(hs, zero.value.shape)


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
