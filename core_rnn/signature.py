"""What a model takes, and the one message that refuses all else."""

from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn


class Signature(NamedTuple):
  """What a model takes: axes by argument [...], streams, and its dtypes [].

  Attributes:
    name: the way and the model, as messages begin.
    axes: required argument -> the names of its axes; `*batch_axes` are as many
      as this hyperparameter has, and stand where it says.
    optional: optional argument -> `'carry'`, or the axes of its integers.
    streams: the random streams that it draws from, unless it is told not to.
    divisors: hyperparameter -> the sizes of which it divides the first that is
      given.
    given: the hyperparameters.
  """

  name: str
  axes: Mapping[str, str]
  optional: Mapping[str, str]
  streams: tuple[str, ...]
  divisors: Mapping[str, tuple[str, ...]]
  given: Mapping[str, Any]

  def refuse(
    self, kind: type[Exception], argument: str, expected: str, got: object
  ) -> NoReturn:
    """Raises kind with the one message, about an argument of any shape."""
    raise kind(f'{self.name}: {argument}: expected {expected}, got {got}')

  @property
  def draws(self) -> tuple[str, ...]:
    """The streams that `apply` draws from, a key [] each."""
    given = self.given
    evaluated = given.get('deterministic') or not given.get('training', True)
    return () if evaluated else self.streams

  def shape(self, argument: str) -> str:
    """The shape [...] of an argument, as its axes are called."""
    words = {**self.axes, **self.optional}[argument].split()
    if self.given.get('time_major') and words[:2] == ['batch', 'time']:
      words[:2] = words[1::-1]
    return f'[{" ".join(words)}]'

  def axes_of(self, argument: str) -> tuple[str, ...]:
    """The name of each axis of an argument [...], `*batch_axes` by number."""
    first, *rest = self.shape(argument)[1:-1].split() or ['']
    if not first.startswith('*'):
      return (first, *rest) if first else ()
    positions = self.given[first[1:]]
    rank, others = len(positions) + len(rest), iter(rest)
    places = {axis % rank: place for place, axis in enumerate(positions)}
    return tuple(
      f'{first[1:]}[{places[axis]}]' if axis in places else next(others)
      for axis in range(rank)
    )
