"""Networks that draw, as loops and as Flax has them.

Masks are drawn here from the streams by Flax's rule, written out once more: the
oracle knows nothing of `core_rnn`.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np
from flax import linen as nn

from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import (
  Real,
  exact,
  real,
  stack,
  tanh,
)

Params = Mapping[str, Any]


def derived(key: Any, *path: str | int) -> Any:
  """The key of a draw: the path's sha1, its first four bytes folded in."""
  names = b''.join(
    part.encode() if isinstance(part, str) else bytes([part]) for part in path
  )
  digest = hashlib.sha1(names).digest()[:4]
  return jax.random.fold_in(key, np.uint32(int.from_bytes(digest, 'big')))


def step_key(rngs: Any, stream: str, t: int, time: int, split: bool) -> Any:
  """The root key of a stream in step t of time."""
  if not split:
    return rngs[stream]
  return jax.random.split(jax.random.clone(rngs[stream]), time)[t]


def dropped(key: Any, x: Real, rate: float) -> Real:
  """y_i = m_i x_i / (1 - rate): Srivastava et al. (2014)."""
  keep = np.asarray(jax.random.bernoulli(key, 1 - rate, x.value.shape))
  return x * (real(1) / (1 - rate)) * exact(keep)


def dropout(
  variables: Params, x: Real, hyperparameters: dict[str, Any], rngs: Any
) -> Any:
  """y = m x / (1 - rate): x [features] -> y [features]."""
  del variables
  if hyperparameters.get('deterministic'):
    return exact(x)
  key = derived(rngs['dropout'], 1)
  return dropped(key, real(x), hyperparameters.get('rate', 0.5))


def elman_with(
  step: Callable[[Real, Any, int], Real],
  hyperparameters: dict[str, Any],
  xs: Real,
  initial_carry: Any = None,
  seq_length: Any = None,
) -> Any:
  """h_t = step(h_{t-1}, x_t, t): xs [time, inputs] -> h_time, every h_t.

  At padding h stays, and the output is the last one, or 0 if zero_padding is
  set. A sequence of length 0 has the output of step 0, for x = 1/2.
  """
  zero = exact(np.zeros(hyperparameters['features']))
  h = y = zero if initial_carry is None else real(initial_carry)
  length = len(xs) if seq_length is None else int(seq_length)
  hs = []
  for t in range(len(xs)):
    if t < length:
      h = y = step(h, xs[t], t)
    elif hyperparameters.get('zero_padding', False):
      y = zero
    elif t == 0:
      y = step(h, exact(np.full(xs.shape[1:], 0.5)), t)
    hs.append(y)
  return h, stack(hs, zero.value.shape)


def dropout_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  rngs: Any,
  **given: Any,
) -> Any:
  """h_t = tanh((m_t h_{t-1}) W_hh + x_t W_xh + b_h): xs [time, inputs]."""
  cell = variables['params']['cell']['elman']
  split = hyperparameters.get('split_rngs', True)

  def step(h: Real, x: Any, t: int) -> Real:
    if not hyperparameters.get('deterministic'):
      root = step_key(rngs, 'dropout', t, len(xs), split)
      key = derived(root, 'cell', 'dropout', 2)
      h = dropped(key, h, hyperparameters.get('rate', 0.5))
    return tanh(h @ cell['recurrent'] + affine(cell['input'], x))

  return elman_with(step, hyperparameters, xs, **given)


def zoneout(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  rngs: Any,
  **given: Any,
) -> Any:
  """h_t = m_t h_{t-1} + (1 - m_t) elman(h_{t-1}, x_t): xs [time, inputs].

  Source: Krueger et al. (2017), Zoneout, section 3.2; and 3.1 for the
  expectation that stands for m_t where nothing is drawn.
  """
  cell = variables['params']['cell']['elman']
  split = hyperparameters.get('split_rngs', True)
  rate = hyperparameters.get('rate', 0.1)

  def step(h: Real, x: Any, t: int) -> Real:
    new = tanh(h @ cell['recurrent'] + affine(cell['input'], x))
    if hyperparameters.get('deterministic'):
      return h * rate + new * (1 - rate)
    key = derived(step_key(rngs, 'zoneout', t, len(xs), split), 'cell', 2)
    m = np.asarray(jax.random.bernoulli(key, rate, h.value.shape))
    return exact(m) * h + exact(~m) * new

  return elman_with(step, hyperparameters, xs, **given)


def noise_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  rngs: Any,
  **given: Any,
) -> Any:
  """h_t = tanh(h_{t-1} W_hh + x_t W_xh + b_h) + scale e_t: xs [time, inputs].

  Source: Dieng et al. (2018), Noisin, its additive noise, e_t ~ N(0, 1).
  """
  cell = variables['params']['cell']['elman']
  split = hyperparameters.get('split_rngs', True)
  computed = hyperparameters.get('dtype') or hyperparameters.get('param_dtype')

  def step(h: Real, x: Any, t: int) -> Real:
    h = tanh(h @ cell['recurrent'] + affine(cell['input'], x))
    if hyperparameters.get('deterministic'):
      return h
    key = derived(step_key(rngs, 'noise', t, len(xs), split), 'cell', 2)
    e = jax.random.normal(key, h.value.shape, computed or 'float32')
    return h + real(e) * hyperparameters.get('scale', 0.1)

  return elman_with(step, hyperparameters, xs, **given)


def flax_dropout(
  variables: Params, x: Any, hyperparameters: dict[str, Any], rngs: Any
) -> Any:
  """`nn.Dropout`, on the same stream: x [features] -> y [features]."""
  layer = nn.Dropout(
    hyperparameters.get('rate', 0.5),
    deterministic=hyperparameters.get('deterministic', False),
  )
  return layer.apply(variables, x, rngs=rngs)
