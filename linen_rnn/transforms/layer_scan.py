"""Layers in a row: made under vmap, run under scan, their setup batched."""

from collections.abc import Callable
from typing import Any

from flax import linen as nn
from flax.linen.transforms import lift_transform

from core_rnn.scope.transforms import layer_scan as scope_form


def derived(
  module: nn.Module, name: str, f: Callable[..., Any], *variables: Any
) -> Any:
  """f(*variables) [...]; computed before the loop where layer_scan is asked to.

  It is for `setup`, or a compact method: what a layer's variables alone say.

  Raises:
    ValueError: the module is not bound, so that it has no variables.
  """
  if module.scope is None:
    name = type(module).__name__
    raise ValueError(f'derived: module: expected a bound one, got {name}')
  return scope_form.derived(module.scope, name, f, *variables)


def layer_scan(target: Any, *args: Any, methods: Any = None, **kwargs: Any):
  """carry, y_i = target(layer_i, carry, x_i), for i = 1, ..., length.

  `core_rnn.scope.transforms.layer_scan` for a module class, for its methods,
  by name, or for a function of a module; arrays are of the shapes [...] there.

  Raises:
    ValueError: by what is returned, as it says there.
  """
  return lift_transform(
    scope_form.layer_scan, target, *args, methods=methods, **kwargs
  )
