"""What every network says of itself, whichever way it is written."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, get_type_hints

from jax import numpy as jnp

from core_rnn.initializers import typed
from core_rnn.networks.kinds import Floating, Initializer


@dataclass(frozen=True)
class Network:
  """Hyperparameters, the fields; and what a model that has them is called with.

  The annotation of a field says what it may be, see `kinds`; an initializer of
  either style is one of (key, shape, dtype) here, and a list a tuple.

  Attributes:
    arguments: argument -> the names of its axes: `{'xs': 'time inputs'}` is an
      array of shape [time, inputs]; `*batch_axes` is as many as this
      hyperparameter has. Axes of one name have one size.
    optional: argument that may be left out -> `'carry'`, a tree as that which
      the model carries, or the names of the axes of an array of integers.
    carry_place: which of its outputs is what it carries, from 0 on.
    counts: optional argument of integers -> the axis that it counts entries
      of, `time` where nothing is said; what follows so many is padding.
    integers: argument that is of integers -> the axis or hyperparameter, the
      size of which they stay below.
    streams: the random streams that `apply` draws from, where the model is
      not `deterministic`, or is `training`; `init` draws from `params`.
    collections: those that `apply` moves.
    divisors: hyperparameter -> sizes, axes or hyperparameters, the first of
      which that is given it must divide.
  """

  arguments: ClassVar[Mapping[str, str]] = {}
  optional: ClassVar[Mapping[str, str]] = {}
  carry_place: ClassVar[int] = 0
  counts: ClassVar[Mapping[str, str]] = {}
  integers: ClassVar[Mapping[str, str]] = {}
  streams: ClassVar[tuple[str, ...]] = ()
  collections: ClassVar[tuple[str, ...]] = ()
  divisors: ClassVar[Mapping[str, tuple[str, ...]]] = {}

  def __post_init__(self) -> None:
    """Makes each value, of shape [], what the ways take it for."""
    kinds = get_type_hints(type(self), include_extras=True)
    for field in fields(self):
      value: Any = getattr(self, field.name)
      if kinds[field.name] == Initializer:
        object.__setattr__(self, field.name, typed(value))
      elif isinstance(value, list):
        object.__setattr__(self, field.name, tuple(value))


@dataclass(frozen=True)
class Typed(Network):
  """A network that computes in dtype, or that of its arguments where None.

  Its parameters, of any shape [...], are stored in param_dtype.
  """

  _: KW_ONLY
  dtype: Floating | None = None
  param_dtype: Floating = jnp.float32
