"""Layers in a row: init under vmap, apply under scan."""

from collections.abc import Callable, Mapping
from typing import Any

from flax import linen as nn
from flax.linen.transforms import lift_transform

from core_rnn.scope.transforms import layer_scan as scope_form


def derived(
  module: nn.Module, name: str, f: Callable[..., Any], *variables: Any
) -> Any:
  """Return f(*variables), computed before the loop of layer_scan.

  Call it in `setup` or in a compact method; see the scope form,
  `core_rnn.scope.transforms.derived`.

  Raises:
    ValueError: the module is not bound, so it has no variables; or an
      error of the scope form.
  """
  if module.scope is None:
    name = type(module).__name__
    raise ValueError(
      f'derived: module: expected a bound one, got {name}'
    )
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
  """Wrap a target so that it runs layers in a row.

  carry, y_i = target(layer_i, carry, x_i), for i = 1, ..., length

  This is `core_rnn.scope.transforms.layer_scan` for a module class, for
  methods of a class, or for a function of a module. The arguments have
  the meaning that they have there, and the order of `nn.scan`; xs are
  [length, ...].

  Raises:
    ValueError: an error of the scope form.
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
