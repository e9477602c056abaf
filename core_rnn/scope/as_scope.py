"""From what the scope way makes of a network to a Model."""

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from flax import core
from flax.core import Scope

from core_rnn.checks.factories import checked
from core_rnn.model import Model
from core_rnn.networks.network import Network
from core_rnn.types import Variables

P = ParamSpec('P')
N = TypeVar('N', bound=Network)
Function = Callable[..., Any]


def as_scope(
  network: Callable[P, N],
) -> Callable[[Callable[[N], Function]], Callable[P, Model]]:
  """Decorates f(scope, x) of a network, with arrays [...] as it says.

  Raises:
    TypeError, ValueError: by its models, what `factories.checked` says.
  """
  return checked('scope', build, network)


def build(network: Network, function: Function) -> Model:
  """f(scope, x) -> Model: y [...] becomes variables, y, or (y, updates).

  What is optional has a place too, as `lift.vmap` takes nothing by name.
  """
  placed = lambda scope, *xs, **optional: function(
    scope, *xs, *map(optional.get, network.optional)
  )
  return Model(partial(init_with, placed), partial(apply_with, placed))


def init_with(
  function: Function, rngs: Any, *xs: Any, **optional: Any
) -> Variables:
  """The variables, leaves of shape [...], that f makes in a new scope."""
  _, variables = core.init(function)(rngs, *xs, **optional)
  return variables


def apply_with(
  function: Function,
  variables: Variables,
  *xs: Any,
  mutable: Any = False,
  **optional: Any,
) -> Any:
  """y of shape [...], or (y, the collections that mutable names)."""
  return core.apply(function, mutable)(variables, *xs, **optional)


def is_initializing(scope: Scope) -> bool:
  """Whether `init` runs, of shape []: as a module's method of this name."""
  return scope.get_flag('initializing', False)
