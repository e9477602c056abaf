"""From what a linen factory returns to a Model."""

from collections.abc import Mapping

from flax import linen as nn

from core_rnn.checks import checked
from core_rnn.model import Model


def as_model(
  streams: tuple[str, ...] = (),
  optional: Mapping[str, str] = {},
  divisors: Mapping[str, tuple[str, ...]] = {},
  **axes: str,
):
  """Decorates a factory of modules, for xs='time inputs' [time, inputs].

  Where it draws, it draws from streams.

  Raises:
    TypeError, ValueError: by its models, what `checks.checked` says.
  """
  return checked('linen', build, axes, streams, optional, divisors)


def build(module: nn.Module) -> Model:
  """Module -> Model: `init` and `apply`, x [...] to y [...], as they are."""
  return Model(module.init, module.apply)
