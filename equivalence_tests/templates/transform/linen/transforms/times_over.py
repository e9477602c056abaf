"""A module, a number of times over."""

from collections.abc import Mapping
from typing import Any

from flax.linen.transforms import lift_transform

from equivalence_tests.templates.transform.scope.transforms import (
  times_over as scope_form,
)


def times_over(
  target: Any,
  count: int,
  variable_broadcast: scope_form.Filter = 'params',
  variable_carry: scope_form.Filter = False,
  split_rngs: Mapping[scope_form.Filter, bool] = {},
  methods: Any = None,
) -> Any:
  """h = target(module, h), count times over.

  The scope form for a module class, for its methods, by name, or for a function
  of a module; arrays are of the shapes [...] there.
  """
  return lift_transform(
    scope_form.times_over,
    target,
    count=count,
    variable_broadcast=variable_broadcast,
    variable_carry=variable_carry,
    split_rngs=split_rngs,
    methods=methods,
  )
