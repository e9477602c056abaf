"""Flax's check of the shape of a parameter, traced once for each initializer.

In each `apply` Flax traces each initializer again, and holds the shape that it
would return against that of the parameter: half of what an `apply` takes to
trace. For the same arguments an initializer returns the same shape.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import jax
from flax.core import scope

SHAPES: dict[Hashable, Any] = {}


class Remembering(ModuleType):
  """JAX as Flax's scopes see it, but for `eval_shape`."""

  def __getattr__(self, name: str) -> Any:
    """Whatever JAX has of this name."""
    return getattr(jax, name)

  @staticmethod
  def eval_shape(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `jax.eval_shape` returns; asked once of what it closes over."""
    key = closed_over(function)
    if arguments or not is_hashable(key):
      return jax.eval_shape(function, *arguments)
    if key not in SHAPES:
      SHAPES[key] = jax.eval_shape(function)
    return SHAPES[key]


def closed_over(function: Callable[..., Any]) -> Hashable:
  """A function of no arguments is its code, and what that refers to."""
  values = [cell.cell_contents for cell in function.__closure__ or ()]
  frozen = (
    tuple(value.items()) if isinstance(value, dict) else value
    for value in values
  )
  return function.__code__, jax.config.read('jax_enable_x64'), *frozen


def is_hashable(key: Hashable) -> bool:
  """Whether a tuple holds nothing that has no hash, however deep."""
  try:
    hash(key)
  except TypeError:
    return False
  return True


@contextmanager
def shapes_asked_once() -> Iterator[None]:
  """Inside, Flax traces an initializer for its shape only once."""
  before = scope.jax
  scope.jax = Remembering('jax')  # Flax has no flag for it
  try:
    yield
  finally:
    scope.jax = before
