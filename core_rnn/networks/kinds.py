"""What a hyperparameter may be, as the annotation of its field says it.

A kind is a type, and the conditions that its values meet.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import jax
from jax import numpy as jnp

from core_rnn.types import Activation, DType, Initializer

__all__ = [
  'Activation',
  'Axes',
  'Axis',
  'CellName',
  'Floating',
  'Initializer',
  'LayerName',
  'Rate',
  'RuleName',
  'Size',
  'Sizes',
  'Threshold',
]


class Condition(NamedTuple):
  """What a value of a kind is, in words, and whether one is: of shape []."""

  words: str
  holds: Callable[[Any], bool]

  def __repr__(self) -> str:
    return self.words


def is_floating(dtype: DType) -> bool:
  """Whether it names a floating dtype, of shape []."""
  try:
    # None would be float64 to NumPy
    return dtype is not None and jnp.issubdtype(jnp.dtype(dtype), jnp.floating)
  except TypeError:
    return False


def is_enabled(dtype: DType) -> bool:
  """Whether JAX has the dtype, of shape [], as it is set up."""
  return jax.dtypes.canonicalize_dtype(dtype) == jnp.dtype(dtype)


Axis = int
"""An axis of an array, counted from either end."""

Axes = Sequence[Axis]
"""Axes of an array, of which there may be none."""

CellName = Literal[
  'concatenated',
  'elman',
  'gru',
  'jordan',
  'lstm',
  'mgu',
  'min_gru',
  'optimized_lstm',
]
"""The cells that a runner runs, by name: those with h [features] for output."""

LayerName = Literal[CellName, 'ssm']
"""The cells that a layer of a deep network is of, by name."""

RuleName = Literal[
  'concatenated', 'elman', 'gru', 'lstm', 'mgu', 'optimized_lstm'
]
"""The cells that `bptt` differentiates, by name."""

Floating = Annotated[
  Any,
  Condition('a floating dtype', is_floating),
  Condition('at most 32 bits, as jax_enable_x64 is off', is_enabled),
]
"""What NumPy takes for a floating dtype: `jnp.bfloat16`, `'float32'`, ..."""

Rate = Annotated[float, Condition('a number in [0, 1)', lambda p: 0 <= p < 1)]
"""A probability, less than 1."""

Size = Annotated[int, Condition('an int >= 1', lambda n: n >= 1)]
"""How many there are, or how large something is."""

Sizes = Annotated[Sequence[Size], Condition('at least one', bool)]
"""The sizes of several things."""

Threshold = Annotated[float, Condition('a number >= 0', lambda x: x >= 0)]
"""What a magnitude is held against."""
