"""The decorator of the scope way's factories."""

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
  """Return a decorator of functions: network -> f(scope, *xs).

  Raises:
    TypeError: see `core_rnn.checks.factories.checked`.
    ValueError: see `core_rnn.checks.factories.checked`.
  """
  return checked('scope', build, network)


def build(network: Network, function: Function) -> Model:
  """Return the model of f(scope, *xs).

  f takes the optional arguments by position, since `lift.vmap` takes no
  keyword arguments.
  """
  placed = lambda scope, *xs, **optional: function(
    scope, *xs, *map(optional.get, network.optional)
  )
  return Model(partial(init_with, placed), partial(apply_with, placed))


def init_with(
  function: Function, rngs: Any, *xs: Any, **optional: Any
) -> Variables:
  """Return the variables that f creates in a new scope."""
  _, variables = core.init(function)(rngs, *xs, **optional)
  return variables


def apply_with(
  function: Function,
  variables: Variables,
  *xs: Any,
  mutable: Any = False,
  **optional: Any,
) -> Any:
  """Return y, or (y, updates) where collections are mutable."""
  return core.apply(function, mutable)(variables, *xs, **optional)


def is_initializing(scope: Scope) -> bool:
  """Return whether `init` runs, as the method of `nn.Module` does."""
  return scope.get_flag('initializing', False)
