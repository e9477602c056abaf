"""The arguments of a call: their names, ranks, dtypes, and sizes by axis."""

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
  """The names, of arguments [...], are among the known ones.

  Raises:
    TypeError: one is not; the message has the known one that is nearest.
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
  """The arguments [...] by name: arrays of the ranks, dtypes and sizes wanted.

  Where shapes do, as they do for `init`, zeros stand for a ShapeDtypeStruct.

  Raises:
    TypeError: too few or many, no array, not floating, or, where dtype is
      None, not of param_dtype; or not of integers, where it should be.
    ValueError: of another rank, or of a wrong size.
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
  """An argument [...] is of integers, or of a dtype that the model computes in.

  Raises:
    TypeError: it is not floating, or, where dtype is None, not param_dtype; or
      it is not of integers, where it should.
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
  """Axes of one name have one size, in all arguments [...].

  Raises:
    ValueError: an axis has not that of the hyperparameter of its name, or not
      that which it has in another argument, or one that is not divided.
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
  """Each divisor, shape [], divides the first of its sizes that is given.

  Args:
    signature: with the divisors.
    found: axis -> an argument that has it, and its size.

  Raises:
    ValueError: it does not.
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
  """The optional arguments [...] that are given, as the model takes them.

  Args:
    signature: with the optional arguments.
    xs: the required ones.
    optional: name -> value; None is not given.
    carry: nothing -> the shapes and dtypes of what the model carries.

  Raises:
    TypeError: no array, or of another dtype.
    ValueError: of another shape, or tree.
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
  """The value is an array of integers, of the shape [...].

  Raises:
    TypeError: no array, or not of integers.
    ValueError: of another shape.
  """
  if not is_array(value):
    signature.refuse(TypeError, name, 'an array', show(value))
  if not jnp.issubdtype(value.dtype, jnp.integer):
    signature.refuse(TypeError, name, 'integers', value.dtype)
  if value.shape != shape:
    signature.refuse(ValueError, name, f'shape {shape}', value.shape)
  return jnp.asarray(value)


def is_struct(x: object) -> bool:
  """Whether x has a shape [...] and dtype, and no values."""
  return isinstance(x, jax.ShapeDtypeStruct)


def as_array(x: Any) -> jax.Array:
  """x, of shape [...], as an array of JAX; of a ShapeDtypeStruct, zeros."""
  if is_struct(x):
    return jnp.zeros(x.shape, jax.dtypes.canonicalize_dtype(x.dtype))
  return jnp.asarray(x)
