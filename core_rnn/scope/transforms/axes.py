"""Axes as a prefix of a tree: an integer each, or `broadcast`."""

from typing import Any

import jax
import numpy as np
from flax.core import broadcast


def layer_count(
  length: int | None, in_axes: Any, xs: tuple[Any, ...]
) -> int:
  """Return the number of layers, from length or the sizes of xs.

  Args:
    length: the number of layers, or None.
    in_axes: a prefix of the tree of xs.
    xs: trees of arrays.

  Raises:
    ValueError: length and the sizes disagree, or there are none; or
      in_axes are not axes of xs.
  """
  sizes = set() if length is None else {length}

  def measure(axis: Any, x: Any) -> None:
    if axis is not broadcast:
      sizes.update(size_of(leaf, axis) for leaf in jax.tree.leaves(x))

  try:
    jax.tree.map(lambda axis, x: None, in_axes, xs)
  except (TypeError, ValueError) as error:
    expected = f'a prefix of the tree of xs, {jax.tree.structure(xs)}'
    message = f'layer_scan: in_axes: expected {expected}, got {in_axes}'
    raise ValueError(message) from error
  jax.tree.map(measure, in_axes, xs)
  if len(sizes) != 1:
    expected = 'one number of layers, from length or the sizes of xs'
    got = f'{sorted(sizes) or None}'
    raise ValueError(
      f'layer_scan: length: expected {expected}, got {got}'
    )
  return sizes.pop()


def size_of(x: Any, axis: Any) -> int:
  """Return the size of x along an axis.

  Raises:
    ValueError: x has no such axis.
  """
  shape = np.shape(x)
  if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
    expected = (
      f'an axis of an x of shape {shape}, or flax.core.broadcast'
    )
    raise ValueError(
      f'layer_scan: in_axes: expected {expected}, got {axis!r}'
    )
  return shape[axis]


def unmapped(axes: Any) -> Any:
  """Return axes for vmap, with None instead of broadcast."""
  return jax.tree.map(
    lambda axis: None if axis is broadcast else axis, axes
  )


def stacked(axes: Any) -> Any:
  """Return axes with 0 instead of broadcast."""
  return jax.tree.map(
    lambda axis: 0 if axis is broadcast else axis, axes
  )


def same(axes: Any, tree: Any) -> Any:
  """Return the broadcast part of a tree, and None elsewhere."""
  return jax.tree.map(
    lambda a, x: x if a is broadcast else None, axes, tree
  )


def differing(axes: Any, tree: Any) -> Any:
  """Return the part of a tree that is not broadcast, and None."""
  return jax.tree.map(
    lambda a, x: None if a is broadcast else x, axes, tree
  )


def joined(axes: Any, constant: Any, varying: Any) -> Any:
  """Join the broadcast part and the other part of a tree."""
  return jax.tree.map(
    lambda a, x, y: x if a is broadcast else y, axes, constant, varying
  )
