"""The arguments that a model takes, and the message that refuses all others."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeGuard

import jax
import numpy as np

from core_rnn.networks.network import Network

Refuse = Callable[[type[Exception], str, str, object], NoReturn]


class Signature(NamedTuple):
  """The arguments that a model takes.

  Attributes:
    name: the way and the model, as messages begin.
    network: the description of the model.
  """

  name: str
  network: Network

  @property
  def refuse(self) -> Refuse:
    """Return the function that raises the message."""
    return refusing(self.name)

  def given(self, hyperparameter: str) -> Any:
    """Return a hyperparameter; None if the network has none of that name."""
    return getattr(self.network, hyperparameter, None)

  @property
  def draws(self) -> tuple[str, ...]:
    """Return the streams that `apply` draws from."""
    evaluated = self.given('deterministic') or self.given('training') is False
    return () if evaluated else self.network.streams

  def shape(self, argument: str) -> str:
    """Return the shape of an argument in words: `[time inputs]`."""
    n = self.network
    words = {**n.arguments, **n.optional}[argument].split()
    if self.given('time_major') and words[:2] == ['batch', 'time']:
      words[:2] = words[1::-1]
    place = self.given('in_axes')
    if place is not None and argument in n.arguments:  # where the batch stands
      words.insert(place % len(words), words.pop(0))
    return f'[{" ".join(words)}]'

  def axes_of(self, argument: str) -> tuple[str, ...]:
    """Return the names of the axes of an argument.

    The axes that `*batch_axes` stands for are `batch_axes[0]`, `batch_axes[1]`,
    ...
    """
    first, *rest = self.shape(argument)[1:-1].split() or ['']
    if not first.startswith('*'):
      return (first, *rest) if first else ()
    if not rest:  # they stand as in the first argument, which has others too
      whole = self.axes_of(next(iter(self.network.arguments)))
      return tuple(axis for axis in whole if axis.startswith(f'{first[1:]}['))
    positions = self.given(first[1:])
    rank, others = len(positions) + len(rest), iter(rest)
    places = {axis % rank: place for place, axis in enumerate(positions)}
    return tuple(
      f'{first[1:]}[{places[axis]}]' if axis in places else next(others)
      for axis in range(rank)
    )


def refuse(
  name: str, kind: type[Exception], argument: str, expected: str, got: object
) -> NoReturn:
  """Raise an error of this kind with the message."""
  raise kind(f'{name}: {argument}: expected {expected}, got {got}')


def refusing(name: str) -> Refuse:
  """Return `refuse` for one model."""
  return partial(refuse, name)


def show(value: object) -> str:
  """Return a short text for a value; for an array, its shape and dtype."""
  if is_array(value):
    return f'an array of shape {value.shape} and dtype {value.dtype}'
  return f'{value!r:.60} ({type(value).__name__})'


def is_array(value: object) -> TypeGuard[jax.Array]:
  """Return whether value is an array, or a tracer of one."""
  return isinstance(value, jax.Array | np.ndarray | np.generic)
