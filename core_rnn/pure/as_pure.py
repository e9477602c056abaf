"""The decorator of the pure factories, and the types of this way."""

from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

from core_rnn.checks.factories import checked
from core_rnn.model import Model
from core_rnn.networks.network import Network
from core_rnn.types import Variables

P = ParamSpec('P')
N = TypeVar('N', bound=Network)
Functions = tuple[Callable[..., Variables], Callable[..., Any]]


class Cell(NamedTuple):
  """The parameters and the step of a network, for one example.

  Attributes:
    init: draw, the size of x -> parameters.
    step: parameters, carry, x -> carry, y.
  """

  init: Callable[..., Variables]
  step: Callable[..., tuple[Any, Any]]


class Moved(NamedTuple):
  """The outputs of `apply`, and the collections that it updated."""

  outputs: Any
  updates: Variables


def as_pure(
  network: Callable[P, N],
) -> Callable[[Callable[[N], Functions]], Callable[P, Model]]:
  """Return a decorator of functions: network -> (init, apply).

  `apply` receives `rngs` if the network has streams. If the network
  updates collections, `apply` returns `Moved`.

  Raises:
    TypeError: see `core_rnn.checks.factories.checked`.
    ValueError: see `core_rnn.checks.factories.checked`.
  """
  return checked('pure', build, network)


def build(network: Network, functions: Functions) -> Model:
  """Return a model that returns y, or (y, updates) if mutable."""
  init, apply = functions

  def apply_with(variables, *xs, rngs=None, mutable=False, **optional):
    draws = {'rngs': rngs or {}} if network.streams else {}
    outputs = apply(variables, *xs, **draws, **optional)
    outputs, updates = (
      outputs if isinstance(outputs, Moved) else Moved(outputs, {})
    )
    if mutable is False:
      return outputs
    return outputs, {
      name: updates.get(name, variables[name]) for name in mutable
    }

  return Model(init, apply_with)
