"""Batches and ensembles: the Elman loop, once for each example and member."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.oracle.cells import elman
from equivalence_tests.suite.oracle.rounding import (
  Real,
  exact,
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


def of_each(given: Any, count: int) -> Any:
  """Every h_0 [n, ...], or every length [n]; or None as often."""
  return [None] * count if given is None else given


def each_elman(
  variables: Params,
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Any,
  seq_lengths: Any,
) -> Any:
  """(h_b, hs_b) = elman(xs_b), of each h_0 and each length: xs [n, ...]."""
  given = (of_each(one, len(xs)) for one in (initial_carry, seq_lengths))
  each = [
    elman(variables, xs[b], hyperparameters, h, length)
    for b, (h, length) in enumerate(zip(*given, strict=True))
  ]
  return gathered(each, hyperparameters['features'], xs.shape[1])


def batched(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """(h_b, hs_b) = elman(xs_b): xs [batch, time, inputs], or as in_axes says."""
  in_axes = hyperparameters.get('in_axes', 0)
  xs = xs.map(lambda leaf: np.moveaxis(leaf, in_axes, 0))
  h, hs = each_elman(variables, xs, hyperparameters, initial_carry, seq_lengths)
  axis = hyperparameters.get('out_axes', 0)
  return h, hs.map(lambda leaf: np.moveaxis(leaf, 0, axis))


def ensemble(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_length: Any = None,
) -> Any:
  """(h_m, hs_m) = elman_m(xs): xs [time, inputs]."""
  axis = hyperparameters.get('params_axis', 0)
  members = hyperparameters['members']
  each = [
    elman(
      member(variables, m, axis),
      xs,
      hyperparameters,
      h,
      seq_length,
    )
    for m, h in enumerate(of_each(initial_carry, members))
  ]
  return gathered(each, hyperparameters['features'], len(xs))


def member(variables: Params, m: int, axis: int) -> Params:
  """The variables of member m, of those that have members at an axis."""
  take = lambda leaf: np.take(leaf, m, axis)
  return jax.tree.map(lambda leaf: leaf.map(take), variables)


def nested(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """(h_mb, hs_mb) = elman_m(xs_b): xs [batch, time, inputs]."""
  by_batch = hyperparameters.get('outer', 'members') == 'batch'
  if initial_carry is not None and not by_batch:
    initial_carry = initial_carry.swapaxes(0, 1)
  firsts, lengths = (of_each(g, len(xs)) for g in (initial_carry, seq_lengths))
  each = [
    ensemble(variables, x, hyperparameters, h, length)
    for x, h, length in zip(xs, firsts, lengths, strict=True)
  ]
  h, hs = stack([h for h, _ in each]), stack([hs for _, hs in each])
  if by_batch:
    return h, hs
  swap = lambda leaf: np.swapaxes(leaf, 0, 1)
  return h.map(swap), hs.map(swap)


def normalised(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """elman((x - E x) / (Var x + 1e-5)^(1/2)): Ioffe & Szegedy (2015).

  E and Var of step t are over the sequences that have not ended.
  """
  lengths = [xs.shape[1]] * len(xs) if seq_lengths is None else seq_lengths
  zs = [
    of_step(xs, t, [b for b, length in enumerate(lengths) if t < length])
    for t in range(xs.shape[1])
  ]
  whole = stack(zs, (len(xs), xs.shape[2])).swapaxes(0, 1)
  return each_elman(
    variables, whole, hyperparameters, initial_carry, seq_lengths
  )


def of_step(xs: Any, t: int, at: list[int]) -> Real:
  """x_t of the sequences at these places, normalised; 0 of the others."""
  if not at:
    return exact(np.zeros((len(xs), xs.shape[2])))
  x = real(xs[at, t])
  centred = x - mean(x)
  z = centred / sqrt(mean(centred * centred) + 1e-5)

  def among_all(leaf: np.ndarray) -> np.ndarray:
    whole = np.zeros((len(xs), xs.shape[2]), leaf.dtype)
    whole[at] = leaf
    return whole

  return z.map(among_all)
