"""Runners in a row, as loops: each layer by its equation, step by step."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.oracle.cells import Step
from equivalence_tests.suite.oracle.chance import derived, dropped
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.depth import state_space
from equivalence_tests.suite.oracle.rounding import (
  Real,
  exact,
  real,
  stack,
  tanh,
)
from equivalence_tests.suite.oracle.sequences import STEPS as OF_VECTORS

Params = Mapping[str, Any]
STATE = 4  # of a state space, for each feature


def ssm_step(params: Params, s: Any, x: Any) -> tuple[Any, Real]:
  """s' = A s + B u, y = tanh(C s' + D u), u = x W + b: one step of S4D."""
  u = affine(params['input'], x)
  s, ys = state_space(params, u[None], s)
  return s, tanh(ys[0])


STEPS: Mapping[str, Step] = {**OF_VECTORS, 'ssm': ssm_step}


def shapes_of(cell: str, features: int) -> tuple[tuple[int, ...], ...]:
  """Of the leaves that a cell carries."""
  if cell == 'ssm':
    return ((features, STATE),)
  return ((features,),) * (2 if cell.endswith('lstm') else 1)


def as_carry(leaves: list[Real]) -> Any:
  """What a step takes: one leaf, or a pair."""
  return leaves[0] if len(leaves) == 1 else tuple(leaves)


def one(
  step: Step, params: Params, xs: list[Any], first: Any, length: int
) -> tuple[Any, list[Real]]:
  """A sequence of a length -> the last carry, y of each step, and padding."""
  carry, ys = first, []
  for x in xs[:length]:
    carry, y = step(params, carry, x)
    ys.append(y)
  if length < len(xs):
    half = exact(np.full_like(xs[0].value, 0.5))
    padding = ys[-1] if ys else step(params, first, half)[1]
    ys.extend([padding] * (len(xs) - length))
  return carry, ys


def begun(x: Real, length: int) -> list[Real]:
  """Each x_t; at padding the last once more, or 1/2 where there is none."""
  half = exact(np.full(x.value.shape[1:], 0.5))
  last = x[length - 1] if length else half
  return [x[t] if t < length else last for t in range(len(x))]


def first_of(
  variables: Params, i: int, b: int, given: dict[str, Any], initial_carry: Any
) -> list[Real]:
  """The leaves that layer i starts from, of sequence b."""
  cell, features = given['cell'], given['features'][i]
  if initial_carry is not None:
    return [real(leaf[b]) for leaf in jax.tree.leaves(initial_carry[i])]
  if given.get('learned_carry'):
    return [real(leaf) for leaf in variables['params'][f'carry_{i}'].values()]
  return [exact(np.zeros(shape)) for shape in shapes_of(cell, features)]


def each(
  variables: Params,
  i: int,
  rows: list[list[Real]],
  lengths: list[int],
  given: dict[str, Any],
  initial_carry: Any,
) -> tuple[list[Real], list[list[Real]]]:
  """Layer i over every sequence: the leaves of its carry, and all y."""
  cell, size = given['cell'], given['features'][i]
  params = variables['params'][f'layer_{i}']['cell']
  ends, every = [], []
  for b, length in enumerate(lengths):
    first = as_carry(first_of(variables, i, b, given, initial_carry))
    carry, ys = one(STEPS[cell], params, rows[b], first, length)
    ends.append([*carry] if isinstance(carry, tuple) else [carry])
    every.append(ys)
  shapes = enumerate(shapes_of(cell, size))
  return [stack([end[k] for end in ends], s) for k, s in shapes], every


def in_a_row(
  params: Params,
  xs: Real,
  given: dict[str, Any],
  draw: Callable[..., Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """xs_l = m_l rnn_l(xs_{l-1}): xs [batch, time, inputs] -> carries, ys.

  Draw gives the key of a path, for the masks.
  """
  batch, time = xs.shape[:2]
  sizes, carries = (xs.shape[-1], *given['features']), []
  lengths = [time] * batch if seq_lengths is None else [*map(int, seq_lengths)]
  rows = [begun(real(x), length) for x, length in zip(xs, lengths, strict=True)]
  for i, size in enumerate(given['features']):
    layer = {'params': params}, i, rows, lengths, given, initial_carry
    carry, every = each(*layer)
    carries.append(carry)
    if given.get('residual') and sizes[i] == size:
      every = [
        [x + y for x, y in zip(row, ys, strict=True)]
        for row, ys in zip(rows, every, strict=True)
      ]
    last = i + 1 == len(given['features'])
    if not (last or given.get('deterministic')):
      key = draw(f'dropout_{i}', 1)
      every = masked(every, (time, size), key, given.get('rate', 0.0))
    rows = every
  return carries, ended(rows, lengths, (time, sizes[-1]), given)


def deep_rnn(
  variables: Params,
  xs: Real,
  given: dict[str, Any],
  rngs: Any,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """Runners in a row, on parameters `layer_0`, `layer_1`, ..."""
  draw = lambda *path: derived(rngs['dropout'], *path)
  how = {'cell': 'lstm', **given}, draw, initial_carry, seq_lengths
  return in_a_row(variables['params'], xs, *how)


def masked(
  rows: list[list[Real]], shape: tuple[int, int], key: Any, rate: float
) -> list[list[Real]]:
  """What a layer hands on, with one mask for all of the batch."""
  whole = stack([stack(row, shape[1:]) for row in rows], shape)
  kept = dropped(key, whole, rate)
  return [[kept[b][t] for t in range(shape[0])] for b in range(len(rows))]


def ended(
  rows: list[list[Real]], lengths: list[int], shape: tuple[int, int], given: Any
) -> Real:
  """Every y [batch, time, features], with what is to stand at the padding."""
  ys = []
  for row, length in zip(rows, lengths, strict=True):
    if length < len(row):
      last = row[max(length, 1) - 1]
      zero = exact(np.zeros(shape[1:]))
      end = zero if given.get('zero_padding') else last
      row = [*row[:length], *[end] * (len(row) - length)]
    ys.append(stack(row, shape[1:]))
  return stack(ys, shape)
