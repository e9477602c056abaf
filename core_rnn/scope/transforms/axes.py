"""Axes as a prefix of a tree of arrays: a number each, or `broadcast`."""

from typing import Any

import jax
import numpy as np
from flax.core import broadcast


def layer_count(length: int | None, in_axes: Any, xs: tuple[Any, ...]) -> int:
  """How many layers length says, or the sizes of xs [...] along in_axes.

  Raises:
    ValueError: they disagree, or there are none; in_axes are not axes of xs.
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
    raise ValueError(f'layer_scan: length: expected {expected}, got {got}')
  return sizes.pop()


def size_of(x: Any, axis: Any) -> int:
  """The size of x [...] along axis.

  Raises:
    ValueError: it has no such axis.
  """
  shape = np.shape(x)
  if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
    expected = f'an axis of an x of shape {shape}, or flax.core.broadcast'
    raise ValueError(f'layer_scan: in_axes: expected {expected}, got {axis!r}')
  return shape[axis]


def unmapped(axes: Any) -> Any:
  """axes of arrays [...] as vmap has them: None for what scan broadcasts."""
  return jax.tree.map(lambda axis: None if axis is broadcast else axis, axes)


def stacked(axes: Any) -> Any:
  """axes of arrays [...], for what is left when those broadcast are gone."""
  return jax.tree.map(lambda axis: 0 if axis is broadcast else axis, axes)


def same(axes: Any, tree: Any) -> Any:
  """What of a tree [...] is broadcast, with None for the rest."""
  return jax.tree.map(lambda a, x: x if a is broadcast else None, axes, tree)


def differing(axes: Any, tree: Any) -> Any:
  """What of a tree [...] is of a layer, with None for the rest."""
  return jax.tree.map(lambda a, x: None if a is broadcast else x, axes, tree)


def joined(axes: Any, constant: Any, varying: Any) -> Any:
  """The tree [...] of which constant is the same, and varying differs."""
  return jax.tree.map(
    lambda a, x, y: x if a is broadcast else y, axes, constant, varying
  )
