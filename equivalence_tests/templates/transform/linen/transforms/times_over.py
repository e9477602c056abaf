"""A transform that runs a module several times."""

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
  """Return a module, or a function of one, that repeats target.

  The target is a module class, whose methods are transformed by name,
  or a function of a module. The other arguments are those of the scope
  form.
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
