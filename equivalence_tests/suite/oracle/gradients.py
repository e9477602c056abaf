"""Networks that differentiate, as loops with their derivatives by hand."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

import equivalence_tests.suite.oracle.cells as cells
from equivalence_tests.suite.oracle.cells import cut, elman_step
from equivalence_tests.suite.oracle.chance import (
  derived,
  elman_with,
  step_key,
)
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import (
  Real,
  clipped_back,
  coarser,
  exact,
  real,
  stack,
  tanh,
  total,
)

Params = Mapping[str, Any]


def begun(carry: Any, hyperparameters: dict[str, Any]) -> Real:
  """The carry [features] that is given, or 0."""
  zero = np.zeros(hyperparameters['features'])
  return exact(zero) if carry is None else real(carry)


def slope_of_tanh(y: Real) -> Real:
  """1 - y^2, where y is a tanh."""
  return exact(1) - y * y


def settled(params: Params, h: Real, x: Any, rate: float) -> tuple[Real, Real]:
  """h - rate (e - (e (1 - a^2)) W^T), and e = h - a, a = elman(h, x)."""
  a = elman_step(params, h, x)
  e = h - a
  slope = e - (e * slope_of_tanh(a)) @ params['recurrent'].T
  return h - slope * rate, e


@cut
def settling_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """h' = h - rate (e - (e (1 - a^2)) W^T), e = h - a, y = |e|^2 / 2.

  Of a = tanh(h W + x W_xh + b_h): xs [time, inputs] -> h_time, every y.
  """
  params = variables['params']['cell']['elman']
  rate = hyperparameters.get('rate', 0.5)
  h, ys = begun(initial_carry, hyperparameters), []
  for x in xs:
    h, e = settled(params, h, x, rate)
    ys.append(total(e * e) * exact(0.5))
  return h, stack(ys)


def langevin_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  rngs: Any,
  **given: Any,
) -> Any:
  """The step of `settling_rnn`, and noise: xs [time, inputs] -> h_time, hs.

  Source: Welling & Teh (2011), equation 3.
  """
  params = variables['params']['cell']['elman']
  rate = hyperparameters.get('rate', 0.5)
  scale = (2 * rate * hyperparameters.get('temperature', 0.01)) ** 0.5
  dtype = hyperparameters.get('dtype') or hyperparameters.get('param_dtype')

  def step(h: Real, x: Any, t: int) -> Real:
    h, _ = settled(params, h, x, rate)
    key = derived(step_key(rngs, 'noise', t, len(xs), True), 'cell', 2)
    shape = h.value.shape
    return h + real(jax.random.normal(key, shape, dtype or 'float32')) * scale

  return elman_with(step, hyperparameters, xs, **given)


@cut
def rtrl(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """h' = tanh(z), dh' = (1 - h'^2)(dh W + z), z = h W + x W_xh + b_h.

  All parameters are s times what they are, so dz/ds is z itself, and dh W.
  Source: Williams & Zipser (1989), their equation of the sensitivities.
  """
  params = variables['params']['cell']['elman']
  first = initial_carry or (None, None)
  h, dh = (begun(leaf, hyperparameters) for leaf in first)
  each: list[tuple[Real, Real]] = []
  for x in xs:
    z = h @ params['recurrent'] + affine(params['input'], x)
    by_h = dh @ params['recurrent']
    h = tanh(z)
    dh = slope_of_tanh(h) * (by_h + z)
    each.append((h, dh))
  shape = h.value.shape
  hs, dhs = (stack([pair[i] for pair in each], shape) for i in range(2))
  return (h, dh), (hs, dhs)


@cut
def local_rnn(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """e' = decay e + (h, x, 1) d^T, d = h' (1 - h'^2): xs [time, inputs]."""
  params = variables['params']['cell']['elman']
  decay = hyperparameters.get('decay', 0.9)
  kernel = {name: exact(np.zeros(w.shape)) for name, w in both(params).items()}
  first, traces = initial_carry or (None, None)
  if traces is not None:
    kernel = {name: real(leaf) for name, leaf in both(traces).items()}

  def step(h: Real, x: Any, t: int) -> Real:
    new = elman_step(params, h, x)
    d = new * slope_of_tanh(new)
    ins = {'recurrent': h, 'kernel': real(x), 'bias': exact(np.ones(()))}
    for name, of in ins.items():
      column = of.map(lambda leaf: leaf[..., None])
      kernel[name] = kernel[name] * decay + column * d
    return new

  h, hs = elman_with(step, hyperparameters, xs, first)
  kernel = {name: as_stored(e, hyperparameters) for name, e in kernel.items()}
  dense = {'bias': kernel['bias'], 'kernel': kernel['kernel']}
  return (h, {'input': dense, 'recurrent': kernel['recurrent']}), hs


def as_stored(e: Real, hyperparameters: dict[str, Any]) -> Real:
  """e, computed in the model's dtype, in units of that of the parameters."""
  stored = jnp.dtype(hyperparameters.get('param_dtype', 'float32'))
  dtype = hyperparameters.get('dtype') or stored
  units = float(jnp.finfo(dtype).eps) / float(jnp.finfo(stored).eps)
  return coarser(e, max(units, 1.0))


def both(params: Params) -> dict[str, Real]:
  """The arrays of an Elman cell, by their last names."""
  return {'recurrent': params['recurrent'], **params['input']}


def clipped_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman, the derivative by h_{t-1} clipped in each step: Graves (2013)."""
  params = variables['params']['cell']['elman']
  limit = hyperparameters.get('limit', 1.0)
  step = lambda h, x, _: elman_step(params, clipped_back(h, limit), x)
  return elman_with(step, hyperparameters, xs, **given)


def bptt(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """Return the loop of the cell: a custom backward pass changes no value."""
  cell = hyperparameters.get('cell', 'lstm').removeprefix('optimized_')
  return getattr(cells, cell)(variables, xs, hyperparameters, **given)
