"""Checks of the arguments of a call: names, ranks, dtypes and sizes."""

import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Any

import jax
from jax import numpy as jnp

from core_rnn.checks.signature import Refuse, Signature, is_array, show
from core_rnn.checks.trees import arranged


def check_names(
  refuse: Refuse, names: Collection[str], known: Collection[str]
) -> None:
  """Check that names are among the known names.

  Raises:
    TypeError: a name is unknown; the message suggests the closest known name.
  """
  for name in names:
    if name not in known:
      near = difflib.get_close_matches(name, known, 1)
      several = f'one of the arguments {", ".join(known)}'
      expected = f'the argument {near[0]}' if near else several
      refuse(TypeError, name, expected if known else 'no argument', 'this name')


def check_arrays(
  signature: Signature, xs: tuple[Any, ...], shapes_do: bool = False
) -> dict[str, jax.Array]:
  """Check the required arguments, and return them by name.

  Args:
    signature: what the model takes.
    xs: the arguments by position.
    shapes_do: whether a ShapeDtypeStruct is accepted, as in `init`. An array of
      zeros then takes its place.

  Raises:
    TypeError: there are too few or too many arguments; one is not an array; or
      its dtype is not an integer, a floating dtype, or param_dtype, as
      required.
    ValueError: an argument has the wrong rank or size.
  """
  if len(xs) != len(signature.network.arguments):
    expected = f'arrays {", ".join(signature.network.arguments)}'
    signature.refuse(TypeError, 'arguments', expected, f'{len(xs)} of them')
  named = dict(zip(signature.network.arguments, xs, strict=True))
  for name, x in named.items():
    shape = signature.shape(name)
    if not (is_array(x) or (shapes_do and is_struct(x))):
      signature.refuse(TypeError, name, f'an array {shape}', show(x))
    check_dtype_of(signature, name, x.dtype)
    if len(x.shape) != len(signature.axes_of(name)):
      signature.refuse(ValueError, name, f'shape {shape}', f'{x.shape}')
  check_sizes_of(signature, named)
  return {name: as_array(x) for name, x in named.items()}


def check_dtype_of(signature: Signature, name: str, dtype: Any) -> None:
  """Check the dtype of one argument.

  Raises:
    TypeError: the dtype is not an integer dtype where the network requires one;
      elsewhere it is not floating, or is not param_dtype although no dtype of
      the computation is given.
  """
  if name in signature.network.integers:
    if not jnp.issubdtype(dtype, jnp.integer):
      signature.refuse(TypeError, name, 'an integer dtype', dtype)
    return
  if not jnp.issubdtype(dtype, jnp.floating):
    signature.refuse(TypeError, name, 'a floating dtype', dtype)
  stored = jnp.dtype(signature.given('param_dtype') or dtype)
  if signature.given('dtype') is None and dtype != stored:
    expected = f'{stored}, as param_dtype (no dtype given)'
    signature.refuse(TypeError, name, expected, dtype)


def check_sizes_of(signature: Signature, named: Mapping[str, Any]) -> None:
  """Check that axes of one name have one size in all arguments.

  Raises:
    ValueError: the size of an axis differs from the hyperparameter of that name
      or from the size in another argument, or a divisor does not divide it.
  """
  found: dict[str, tuple[str, int]] = {}
  for name, x in named.items():
    for axis, size in zip(signature.axes_of(name), x.shape, strict=True):
      first, wanted = found.setdefault(axis, (name, size))
      note = f', as in {first}'
      if signature.given(axis) is not None:
        wanted, note = signature.given(axis), ''
      if size != wanted:
        expected = f'{axis} = {wanted} in {signature.shape(name)}{note}'
        signature.refuse(ValueError, name, expected, f'shape {x.shape}')
  check_divisors(signature, found)


def check_divisors(
  signature: Signature, found: Mapping[str, tuple[str, int]]
) -> None:
  """Check that each divisor divides the first of its sizes that is given.

  Args:
    signature: what the model takes, with the divisors.
    found: axis -> an argument that has it, and the size of the axis.

  Raises:
    ValueError: a divisor does not divide its size.
  """
  for divisor, names in signature.network.divisors.items():
    number = signature.given(divisor)
    given = {
      name: (name, signature.given(name))
      for name in names
      if signature.given(name) is not None
    }
    for name in names:
      argument, size = {**found, **given}.get(name, (name, number))
      if size % number:
        what = 'a multiple' if argument == name else f'{name} a multiple'
        expected = f'{what} of {divisor} = {number}'
        signature.refuse(ValueError, argument, expected, size)
      if name in given:
        break


def check_optional(
  signature: Signature,
  xs: Mapping[str, jax.Array],
  optional: Mapping[str, Any],
  carry: Callable[[], Any],
) -> dict[str, Any]:
  """Check the optional arguments, and return those that are given.

  Args:
    signature: what the model takes.
    xs: the required arguments by name.
    optional: name -> value; None means that the argument is not given.
    carry: a function that returns the shapes and dtypes of the carry.

  Raises:
    TypeError: a value is not an array, or has the wrong dtype.
    ValueError: a value has the wrong shape or tree structure.
  """
  sizes = {
    axis: size
    for name, x in xs.items()
    for axis, size in zip(signature.axes_of(name), x.shape, strict=True)
  }
  checked = {}
  for name, value in optional.items():
    if value is not None and signature.network.optional[name] == 'carry':
      checked[name] = arranged(signature.refuse, name, carry(), value)
    elif value is not None:
      shape = tuple(sizes[axis] for axis in signature.axes_of(name))
      checked[name] = check_integers(signature, name, shape, value)
  return checked


def check_integers(
  signature: Signature, name: str, shape: tuple[int, ...], value: Any
) -> jax.Array:
  """Check that value is an integer array of this shape, and return it.

  Raises:
    TypeError: value is not an array, or its dtype is not an integer dtype.
    ValueError: value has another shape.
  """
  if not is_array(value):
    signature.refuse(TypeError, name, 'an array', show(value))
  if not jnp.issubdtype(value.dtype, jnp.integer):
    signature.refuse(TypeError, name, 'integers', value.dtype)
  if value.shape != shape:
    signature.refuse(ValueError, name, f'shape {shape}', value.shape)
  return jnp.asarray(value)


def is_struct(x: object) -> bool:
  """Return whether x is a shape and a dtype without values."""
  return isinstance(x, jax.ShapeDtypeStruct)


def as_array(x: Any) -> jax.Array:
  """Return x as a JAX array; zeros stand for a ShapeDtypeStruct."""
  if is_struct(x):
    return jnp.zeros(x.shape, jax.dtypes.canonicalize_dtype(x.dtype))
  return jnp.asarray(x)
