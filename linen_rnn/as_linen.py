"""The decorator of the linen way's factories."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flax import linen as nn

from core_rnn.checks.factories import checked
from core_rnn.model import Model
from core_rnn.networks.network import Network

P = ParamSpec('P')
N = TypeVar('N', bound=Network)


def as_linen(
  network: Callable[P, N],
) -> Callable[[Callable[[N], nn.Module]], Callable[P, Model]]:
  """Return a decorator of functions: network -> module.

  Raises:
    TypeError: see `core_rnn.checks.factories.checked`.
    ValueError: see `core_rnn.checks.factories.checked`.
  """
  return checked('linen', build, network)


def build(network: Network, module: nn.Module) -> Model:
  """Return the model of a module.

  The module takes the optional arguments by position, since `nn.vmap`
  takes no keyword arguments.
  """

  def placed(optional: dict[str, Any]) -> list[Any]:
    return [optional.pop(name, None) for name in network.optional]

  def init(rngs: Any, *xs: Any, **optional: Any) -> Any:
    return module.init(rngs, *xs, *placed(optional))

  def apply(variables: Any, *xs: Any, **options: Any) -> Any:
    return module.apply(variables, *xs, *placed(options), **options)

  return Model(init, apply)
