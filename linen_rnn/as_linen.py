"""From what the linen way makes of a network to a Model."""

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
  """Decorates a module of a network, with arrays [...] as it says.

  Raises:
    TypeError, ValueError: by its models, what `factories.checked` says.
  """
  return checked('linen', build, network)


def build(network: Network, module: nn.Module) -> Model:
  """Module -> Model: `init` and `apply`, x [...] to y [...].

  What is optional has a place too, as `nn.vmap` takes nothing by name.
  """

  def placed(optional: dict[str, Any]) -> list[Any]:
    return [optional.pop(name, None) for name in network.optional]

  def init(rngs: Any, *xs: Any, **optional: Any) -> Any:
    return module.init(rngs, *xs, *placed(optional))

  def apply(variables: Any, *xs: Any, **options: Any) -> Any:
    return module.apply(variables, *xs, *placed(options), **options)

  return Model(init, apply)
