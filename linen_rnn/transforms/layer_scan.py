"""Layers in a row: made under vmap, run under scan, their setup batched."""

from collections.abc import Callable, Mapping
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
    ValueError: the module is not bound, so that it has no variables; else, as
      of the scope form.
  """
  if module.scope is None:
    name = type(module).__name__
    raise ValueError(f'derived: module: expected a bound one, got {name}')
  return scope_form.derived(module.scope, name, f, *variables)


def layer_scan(
  target: Any,
  variable_axes: Mapping[scope_form.Filter, Any] = {},
  variable_broadcast: scope_form.Filter = False,
  variable_carry: scope_form.Filter = False,
  split_rngs: Mapping[scope_form.Filter, bool] = {},
  in_axes: Any = 0,
  out_axes: Any = 0,
  length: int | None = None,
  reverse: bool = False,
  unroll: int = 1,
  data_transform: Callable[..., Any] | None = None,
  metadata_params: Mapping[Any, Any] = {},
  methods: Any = None,
  _split_transpose: bool = False,
  batched_setup: bool = False,
) -> Any:
  """carry, y_i = target(layer_i, carry, x_i), for i = 1, ..., length.

  `core_rnn.scope.transforms.layer_scan` for a module class, for its methods,
  by name, or for a function of a module; arrays are of the shapes [...] there,
  and arguments in the order of `nn.scan`.

  Raises:
    ValueError: as it says there.
  """
  return lift_transform(
    scope_form.layer_scan,
    target,
    variable_axes=variable_axes,
    variable_broadcast=variable_broadcast,
    variable_carry=variable_carry,
    split_rngs=split_rngs,
    in_axes=in_axes,
    out_axes=out_axes,
    length=length,
    reverse=reverse,
    unroll=unroll,
    _split_transpose=_split_transpose,
    data_transform=data_transform,
    metadata_params=metadata_params,
    methods=methods,
    batched_setup=batched_setup,
  )
