"""Layers in a row, as loops."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.oracle.cells import cut, elman_of
from equivalence_tests.suite.oracle.chance import derived, dropped
from equivalence_tests.suite.oracle.rounding import (
  Real,
  exact,
  exp,
  expm1,
  real,
  stack,
  tanh,
  total,
)

Params = Mapping[str, Any]


def residual_layer(
  params: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  key: Any,
  first: Any = None,
  seq_length: Any = None,
) -> tuple[Real, Real]:
  """Return ys_t = xs_t + m h_t, h_t = tanh(h_{t-1} W_hh + xs_t W_xh + b_h).

  At padding, ys is the last valid one, or 0 if zero_padding.
  """
  cell, never = params['rnn']['cell'], {'zero_padding': False}
  given = {'initial_carry': first, 'seq_length': seq_length}
  h, ys = elman_of(cell, xs, {**hyperparameters, **never}, **given)
  if not hyperparameters.get('deterministic'):
    ys = dropped(key, ys, hyperparameters.get('rate', 0.1))
  if seq_length is None:
    return xs + ys, h
  length, half = int(seq_length), exact(np.full(xs.shape[1:], 0.5))
  whole = [xs[t] if length else half for t in range(len(xs))]
  ys = stack(whole, half.shape) + ys
  zero = exact(np.zeros(half.shape))
  silent = hyperparameters.get('zero_padding') or not len(ys)
  last = zero if silent else ys[max(length, 1) - 1]
  rows = [ys[t] if t < length else last for t in range(len(ys))]
  ys = stack(rows, half.shape)
  return ys, h


def residual(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  rngs: Any,
  initial_carry: Any = None,
  seq_length: Any = None,
) -> Any:
  """One layer: He et al. (2016), equation 1."""
  key, h_0 = derived(rngs['dropout'], 'dropout', 1), initial_carry
  params, given = variables['params'], hyperparameters
  return residual_layer(params, real(xs), given, key, h_0, seq_length)


def in_a_row(
  layers: list[Params],
  keys: list[Any],
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_length: Any = None,
) -> Any:
  """xs_l, h_l = residual_l(xs_{l-1}): xs [time, features] -> ys, every h."""
  ys, hs = real(xs), []
  first = [None] * len(layers) if initial_carry is None else initial_carry
  for params, key, h_0 in zip(layers, keys, first, strict=True):
    ys, h = residual_layer(params, ys, hyperparameters, key, h_0, seq_length)
    hs.append(h)
  return ys, stack(hs)


def unstacked(
  variables: Params, hyperparameters: dict[str, Any]
) -> list[Params]:
  """The parameters of each layer, of those that have layers in front."""
  return [
    jax.tree.map(lambda leaf, i=i: leaf[i], variables['params']['layers'])
    for i in range(hyperparameters['layers'])
  ]


def stack_of(
  number: int,
  variables: Params,
  xs: Any,
  given: Any,
  rngs: Any,
  **start: Any,
) -> Any:
  """A scan over layers, whose masks are draws of this number."""
  root = jax.random.clone(rngs['dropout'])
  split = jax.random.split(root, given['layers'])
  keys = [derived(key, 'layers', 'dropout', number) for key in split]
  layers = unstacked(variables, given)
  return in_a_row(layers, keys, xs, given, **start)


def loop_stack(
  variables: Params, xs: Any, given: Any, rngs: Any, **start: Any
) -> Any:
  """A loop over layers, each with a name of its own."""
  names = [f'layer_{i}' for i in range(given['layers'])]
  keys = [derived(rngs['dropout'], name, 'dropout', 1) for name in names]
  layers = [variables['params'][name] for name in names]
  return in_a_row(layers, keys, xs, given, **start)


def state_space(params: Params, us: Real, x: Real) -> tuple[Real, Real]:
  """x_t = A x_{t-1} + B u_t, y_t = C x_t + D u_t, held over each step.

  A = exp(d a), B = (A - 1) / a b, with a = -exp(decay), d = exp(step): Gu et
  al. (2022), section 3.1. us [time, features], x [features, state].
  """
  a = -exp(real(params['decay']))
  rate = exp(real(params['step']))[:, None] * a
  ys = []
  for t in range(len(us)):
    b = expm1(rate) / a * params['B']
    x = exp(rate) * x + b * us[t][:, None]
    ys.append(total(x * params['C'], -1) + us[t] * params['D'])
  return x, stack(ys, us.shape[1:])


def ssm(
  variables: Params,
  us: Real,
  given: dict[str, Any],
  seq_length: Any = None,
) -> Any:
  """The recurrence in either mode: The Annotated S4, part 1; cut at a length.

  What stands at padding is as `cells.cut` has it, of u = 1/2.
  """
  params, recurs = variables['params'], given.get('mode') == 'recurrence'
  first = exact(np.zeros(params['B'].shape))
  first = real(variables['cache']['x']) if recurs else first
  run = lambda _, us, *__: state_space(params, real(us), first)
  x, ys = cut(run)(variables, us, given, None, seq_length)
  return ys, {'cache': {'x': x}} if recurs else {}


def ssm_stack(
  variables: Params, us: Real, given: dict[str, Any], **length: Any
) -> Any:
  """us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), each with its own recurrence."""

  def layers(_: Params, us: Any, *__: Any) -> Any:
    us = real(us)
    for layer in unstacked(variables, given):
      x = exact(np.zeros(layer['ssm']['B'].shape))
      us = us + tanh(state_space(layer['ssm'], us, x)[1])
    return None, us

  return cut(layers)(variables, us, given, **length)[1]
