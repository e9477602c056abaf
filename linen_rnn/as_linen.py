"""From what the linen way makes of a network to a Model."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

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


def build(_: Network, module: nn.Module) -> Model:
  """Module -> Model: `init` and `apply`, x [...] to y [...], as they are."""
  return Model(module.init, module.apply)
