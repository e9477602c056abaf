"""Annotations are checked as jaxtyping does, where there is one to check.

pytest loads this before all else, since modules are decorated as they are
imported: `-p` in pyproject.toml.
"""

import inspect
from types import FunctionType
from typing import Any, get_args

import jaxtyping
from beartype import beartype

decorate = jaxtyping.jaxtyped


def says_shape(annotation: Any) -> bool:
  """Whether an annotation has the shape of an array in it, however deep."""
  if isinstance(annotation, list | tuple):
    return any(map(says_shape, annotation))
  if isinstance(annotation, str):  # of what is defined later: anything
    return True
  if inspect.isclass(annotation):
    return issubclass(annotation, jaxtyping.AbstractArray)
  return says_shape(get_args(annotation))


def jaxtyped(**how: Any) -> Any:
  """jaxtyping's decorator, at the price of what there is to check.

  jaxtyping binds the arguments of each call, and has beartype check them twice,
  so that one axis has one size all through it: a third of all time goes. Where
  no annotation says a shape, beartype alone checks the same; where there is no
  annotation, nothing is checked. A closure is decorated as often as it is made;
  where annotations are not checked, see `conftest.py`, it is left as it is.
  """
  with_shapes = decorate(**how)

  def decorated(fn: Any) -> Any:
    if not isinstance(fn, FunctionType):
      return with_shapes(fn)
    unchecked = jaxtyping.config.jaxtyping_disable
    if not fn.__annotations__ or (unchecked and '<locals>' in fn.__qualname__):
      return fn
    shapes = says_shape(tuple(fn.__annotations__.values()))
    return with_shapes(fn) if shapes else beartype(fn)

  return decorated


# The hook calls one of the forms that jaxtyping has overloads for: this one.
jaxtyping.jaxtyped = jaxtyped  # type: ignore[assignment]
