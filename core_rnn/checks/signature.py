"""What a model takes, and the one message that refuses all else."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeGuard

import jax
import numpy as np

from core_rnn.networks.network import Network

Refuse = Callable[[type[Exception], str, str, object], NoReturn]


class Signature(NamedTuple):
  """What a model of a way takes: that of its network, of shapes [...].

  Attributes:
    name: the way and the model, as messages begin.
    network: what the model is of.
  """

  name: str
  network: Network

  @property
  def refuse(self) -> Refuse:
    """What raises the one message, about an argument of any shape [...]."""
    return refusing(self.name)

  def given(self, hyperparameter: str) -> Any:
    """A hyperparameter, of shape []; None where the network has no such."""
    return getattr(self.network, hyperparameter, None)

  @property
  def draws(self) -> tuple[str, ...]:
    """The streams that `apply` draws from, a key [] each."""
    evaluated = self.given('deterministic') or self.given('training') is False
    return () if evaluated else self.network.streams

  def shape(self, argument: str) -> str:
    """The shape [...] of an argument, as its axes are called."""
    n = self.network
    words = {**n.arguments, **n.optional}[argument].split()
    if self.given('time_major') and words[:2] == ['batch', 'time']:
      words[:2] = words[1::-1]
    place = self.given('in_axes')
    if place is not None and argument in n.arguments:  # where the batch stands
      words.insert(place % len(words), words.pop(0))
    return f'[{" ".join(words)}]'

  def axes_of(self, argument: str) -> tuple[str, ...]:
    """The name of each axis of an argument [...], `*batch_axes` by number."""
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
  """Raises the one message, about an argument of any shape [...]."""
  raise kind(f'{name}: {argument}: expected {expected}, got {got}')


def refusing(name: str) -> Refuse:
  """What raises an exception about an argument, of any shape [...]."""
  return partial(refuse, name)


def show(value: object) -> str:
  """A value in few words: what it is, and for an array its shape [...]."""
  if is_array(value):
    return f'an array of shape {value.shape} and dtype {value.dtype}'
  return f'{value!r:.60} ({type(value).__name__})'


def is_array(value: object) -> TypeGuard[jax.Array]:
  """Whether value has numbers, or will have once it is traced: shape [...]."""
  return isinstance(value, jax.Array | np.ndarray | np.generic)
