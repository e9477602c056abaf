"""What a factory takes: its annotations say what each hyperparameter must be.

An `int` is a size, >= 1; one named `..._axis` or `..._axes` is any; a `float`
is in [0, 1); a `Sequence[int]` has sizes, or axes by its name; a tuple has so
many; a `Literal` lists its values; what may be `None` says so.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NoReturn, TypeGuard, get_args, get_origin

import jax
import numpy as np
from jax import numpy as jnp

Refuse = Callable[[type[Exception], str, str, object], NoReturn]


def check_hyperparameters(
  refuse: Refuse, factory: Callable[..., Any], given: Mapping[str, Any]
) -> None:
  """Each hyperparameter, of shape [] if it has one, is what it must be.

  Raises:
    TypeError: a value of another type.
    ValueError: a value out of range.
  """
  parameters = inspect.signature(factory).parameters
  for name, value in given.items():
    annotation = parameters[name].annotation
    if name.endswith(('axis', 'axes')):
      check_axis(refuse, name, value, several=annotation == Sequence[int])
    elif annotation is int or (annotation == int | None and value is not None):
      check_size(refuse, name, value)
    elif annotation == Sequence[int]:
      check_sizes(refuse, name, value)
    elif get_origin(annotation) is tuple:
      check_sizes(refuse, name, value, count=len(get_args(annotation)))
    elif annotation is bool and not isinstance(value, bool):
      refuse(TypeError, name, 'a bool', show(value))
    elif annotation is float:
      check_rate(refuse, name, value)
    elif get_origin(annotation) is Literal and value not in get_args(
      annotation
    ):
      refuse(ValueError, name, f'one of {get_args(annotation)}', show(value))
    elif name.endswith('dtype'):
      check_dtype(refuse, name, value)
    elif callable(parameters[name].default) and not callable(value):
      refuse(TypeError, name, 'a function', show(value))


def check_size(refuse: Refuse, name: str, value: object) -> None:
  """value is an int, not a bool, and >= 1; shape [].

  Raises:
    TypeError: not an int.
    ValueError: less than 1.
  """
  if not isinstance(value, int) or isinstance(value, bool):
    refuse(TypeError, name, 'an int >= 1', show(value))
  if value < 1:
    refuse(ValueError, name, 'an int >= 1', value)


def check_sizes(
  refuse: Refuse, name: str, value: object, count: int | None = None
) -> None:
  """value is a list or tuple of count sizes, or of any but none; shape [].

  Raises:
    TypeError: not a list or tuple, or one of another type in it.
    ValueError: too few or many, or one less than 1 in it.
  """
  if not isinstance(value, list | tuple):
    refuse(TypeError, name, 'a list or tuple of ints >= 1', show(value))
  if not value or count not in (None, len(value)):
    refuse(ValueError, name, f'{count or "some"} ints >= 1', value)
  for index, size in enumerate(value):
    check_size(refuse, f'{name}[{index}]', size)


def check_axis(refuse: Refuse, name: str, value: object, several: bool) -> None:
  """value is an int, or a list or tuple of them, as it is if several; [].

  Raises:
    TypeError: it is not.
  """
  expected = 'a list or tuple of axes, ints' if several else 'an axis, an int'
  axes = [value] if isinstance(value, int) and not several else value
  if not isinstance(axes, list | tuple) or not all(
    isinstance(axis, int) and not isinstance(axis, bool) for axis in axes
  ):
    refuse(TypeError, name, expected, show(value))


def check_rate(refuse: Refuse, name: str, value: object) -> None:
  """value is a number >= 0 and < 1; shape [].

  Raises:
    TypeError: no number.
    ValueError: out of range.
  """
  if not isinstance(value, int | float) or isinstance(value, bool):
    refuse(TypeError, name, 'a number in [0, 1)', show(value))
  if not 0 <= value < 1:
    refuse(ValueError, name, 'a number in [0, 1)', value)


def check_dtype(refuse: Refuse, name: str, value: Any) -> None:
  """value names a floating dtype that JAX has as it is set up; shape [].

  None will do for `dtype`, and not for `param_dtype`.

  Raises:
    TypeError: no dtype, not floating, or float64 without `jax_enable_x64`.
  """
  if name == 'dtype' and value is None:
    return
  try:
    dtype = jnp.dtype(value) if value is not None else None
  except TypeError:
    dtype = None
  if dtype is None:  # which NumPy would take for float64
    refuse(TypeError, name, 'a floating dtype', show(value))
  if not jnp.issubdtype(dtype, jnp.floating):
    refuse(TypeError, name, 'a floating dtype', dtype)
  if dtype.itemsize == 8 and jax.dtypes.canonicalize_dtype(dtype) != dtype:
    refuse(TypeError, name, 'at most 32 bits, as jax_enable_x64 is off', dtype)


def show(value: object) -> str:
  """A value in few words: what it is, and for an array its shape [...]."""
  if is_array(value):
    return f'an array of shape {value.shape} and dtype {value.dtype}'
  return f'{value!r:.60} ({type(value).__name__})'


def is_array(value: object) -> TypeGuard[jax.Array]:
  """Whether value has numbers, or will have once it is traced: shape [...]."""
  return isinstance(value, jax.Array | np.ndarray | np.generic)
