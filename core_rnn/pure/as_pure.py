"""From what the pure way makes of a network to a Model."""

from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

from core_rnn.checks.factories import checked
from core_rnn.model import Model
from core_rnn.networks.network import Network
from core_rnn.types import Variables

P = ParamSpec('P')
N = TypeVar('N', bound=Network)
Functions = tuple[Callable[..., Variables], Callable[..., Any]]


class Moved(NamedTuple):
  """What an apply with state returns: y [...], and the collections it moved."""

  outputs: Any
  updates: Variables


def as_pure(
  network: Callable[P, N],
) -> Callable[[Callable[[N], Functions]], Callable[P, Model]]:
  """Decorates (init, apply) of a network, with arrays [...] as it says.

  Where the network has streams, apply takes `rngs`; where it moves collections,
  apply returns them too, as `Moved`.

  Raises:
    TypeError, ValueError: by its models, what `factories.checked` says.
  """
  return checked('pure', build, network)


def build(network: Network, functions: Functions) -> Model:
  """(init, apply) -> Model: y [...] becomes y, or (y, updates)."""
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
