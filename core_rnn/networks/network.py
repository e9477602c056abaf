"""The base class of every network description."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, get_type_hints

from core_rnn.initializers import typed
from core_rnn.kinds import Initializer

N = TypeVar('N', bound='Network')


@dataclass(frozen=True)
class Network:
  """The hyperparameters of a network, and the arguments of its model.

  The fields are the hyperparameters. The annotation of a field is its
  kind, see `core_rnn.kinds`. An initializer of either style becomes
  `init(key, shape, dtype)`, and a list becomes a tuple.

  Attributes:
    arguments: argument -> the names of its axes: `{'xs': 'time
      inputs'}` is an array of shape [time, inputs]. `*batch_axes`
      stands for as many axes as this hyperparameter lists. Axes of one
      name have one size.
    optional: optional argument -> the names of the axes of an integer
      array, or `'carry'` for a tree of the shapes of the carry.
    carry_place: the position of the carry among the outputs, from 0.
    counts: optional integer argument -> the axis whose entries it
      counts, by default `time`. Entries after that many are padding.
    integers: integer argument -> the axis or hyperparameter whose size
      is its upper bound.
    streams: the random streams that `apply` draws from, unless the
      model is `deterministic` or not `training`. `init` draws from
      `params`.
    collections: the variable collections that `apply` updates.
    divisors: hyperparameter -> axes or hyperparameters; it must divide
      the size of the first one that is given.
    backward_pass: whether `bptt` has hand-written derivatives of it.
  """

  arguments: ClassVar[Mapping[str, str]] = {}
  optional: ClassVar[Mapping[str, str]] = {}
  carry_place: ClassVar[int] = 0
  counts: ClassVar[Mapping[str, str]] = {}
  integers: ClassVar[Mapping[str, str]] = {}
  streams: ClassVar[tuple[str, ...]] = ()
  collections: ClassVar[tuple[str, ...]] = ()
  divisors: ClassVar[Mapping[str, tuple[str, ...]]] = {}
  backward_pass: ClassVar[bool] = False

  def __post_init__(self) -> None:
    """Convert initializers to one style, and lists to tuples."""
    kinds = get_type_hints(type(self), include_extras=True)
    for field in fields(self):
      value: Any = getattr(self, field.name)
      if kinds[field.name] is Initializer:
        object.__setattr__(self, field.name, typed(value))
      elif isinstance(value, list):
        object.__setattr__(self, field.name, tuple(value))

  def inner(self, network: type[N], *args: Any, **own: Any) -> N:
    """Return a network inside this one.

    The two share all hyperparameters that both have.

    Args:
      network: the class of the inner network.
      *args: the first hyperparameters of the inner network, if they
        differ.
      **own: other hyperparameters of the inner network that differ.
    """
    names = [field.name for field in fields(network)][len(args) :]
    shared = {n: getattr(self, n) for n in names if hasattr(self, n)}
    return network(*args, **{**shared, **own})
