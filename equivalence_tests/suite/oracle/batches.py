"""Batches and ensembles: the Elman loop, once for each example and member."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.oracle.cells import elman
from equivalence_tests.suite.oracle.rounding import (
  Real,
  mean,
  real,
  sqrt,
  stack,
)

Params = Mapping[str, Any]


def gathered(each: list[Any], features: int, time: int) -> tuple[Real, Real]:
  """(h, hs) of each -> every h [n, features], every hs [n, time, features]."""
  carries, histories = [h for h, _ in each], [hs for _, hs in each]
  return (
    stack(carries, (features,)),
    stack(histories, (time, features)),
  )


def each_first(initial_carry: Any, count: int) -> Any:
  """Every h_0 [n, ...], or None as often."""
  return [None] * count if initial_carry is None else initial_carry


def batched(
  variables: Params,
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """(h_b, hs_b) = elman(xs_b): xs [batch, time, inputs], or as in_axes says."""
  xs = np.moveaxis(xs, hyperparameters.get('in_axes', 0), 0)
  each = [
    elman(variables, x, hyperparameters, h)
    for x, h in zip(xs, each_first(initial_carry, len(xs)), strict=True)
  ]
  h, hs = gathered(each, hyperparameters['features'], xs.shape[1])
  axis = hyperparameters.get('out_axes', 0)
  return h, hs.map(lambda leaf: np.moveaxis(leaf, 0, axis))


def ensemble(
  variables: Params,
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """(h_m, hs_m) = elman_m(xs): xs [time, inputs]."""
  axis = hyperparameters.get('params_axis', 0)
  members = hyperparameters['members']
  each = [
    elman(
      jax.tree.map(lambda leaf, m=m: np.take(leaf, m, axis), variables),
      xs,
      hyperparameters,
      h,
    )
    for m, h in enumerate(each_first(initial_carry, members))
  ]
  return gathered(each, hyperparameters['features'], len(xs))


def nested(
  variables: Params,
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """(h_mb, hs_mb) = elman_m(xs_b): xs [batch, time, inputs]."""
  by_batch = hyperparameters.get('outer', 'members') == 'batch'
  if initial_carry is not None and not by_batch:
    initial_carry = np.swapaxes(initial_carry, 0, 1)
  each = [
    ensemble(variables, x, hyperparameters, h)
    for x, h in zip(xs, each_first(initial_carry, len(xs)), strict=True)
  ]
  h, hs = stack([h for h, _ in each]), stack([hs for _, hs in each])
  if by_batch:
    return h, hs
  swap = lambda leaf: np.swapaxes(leaf, 0, 1)
  return h.map(swap), hs.map(swap)


def normalised(
  variables: Params,
  xs: np.ndarray,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """elman((x - E x) / (Var x + 1e-5)^(1/2)): Ioffe & Szegedy (2015)."""
  x = real(xs)
  centred = x - mean(x)
  z = centred / sqrt(mean(centred * centred) + 1e-5)
  each = [
    elman(variables, z[b], hyperparameters, h)
    for b, h in enumerate(each_first(initial_carry, len(xs)))
  ]
  return gathered(each, hyperparameters['features'], xs.shape[1])
