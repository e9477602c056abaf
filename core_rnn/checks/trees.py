"""Variables and carries in any container, converted to the model's containers.

A file restores a NamedTuple as a dict of its fields, and a tuple as a dict with
the names `'0'`, `'1'`, ...
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jax import numpy as jnp

from core_rnn.checks.signature import Refuse, is_array, show


def arranged(
  refuse: Refuse, place: str, expected: Any, got: Any, note: str = ''
) -> Any:
  """Return the leaves of got in the containers and the order of expected.

  Args:
    refuse: the function that raises the message.
    place: the name of got in the message.
    expected: a tree of shapes and dtypes.
    got: a tree of arrays. Mappings are matched by name, NamedTuples by the
      names of their fields, other tuples and lists by position.
    note: the reason for the expectation, for the message.

  Raises:
    TypeError: a branch is not a container, a leaf is not an array, or a leaf
      has the wrong dtype.
    ValueError: an entry is missing or unknown, or a leaf has the wrong shape.
  """
  wanted, entries = by_name(expected), by_name(got, expected)
  if wanted is None:
    return checked_leaf(refuse, place, expected, got, note)
  names = f'the entries {list(wanted)}{note}'
  if entries is None:
    refuse(TypeError, place, names, show(got))
  if set(entries) != set(wanted):
    refuse(ValueError, place, names, in_order(entries))
  branches = {
    name: arranged(refuse, f'{place}[{name!r}]', branch, entries[name], note)
    for name, branch in wanted.items()
  }
  if isinstance(expected, Mapping):
    return branches
  return getattr(expected, '_make', tuple)(branches.values())


def by_name(tree: Any, like: Any = None) -> dict[Any, Any] | None:
  """Return the branches of a tree by name; None for a leaf.

  A sequence with as many entries as like has fields takes the names of these
  fields.
  """
  if isinstance(tree, Mapping):
    entries = dict(tree)
  elif isinstance(tree, tuple | list):
    names = getattr(tree, '_fields', map(str, range(len(tree))))
    entries = dict(zip(names, tree, strict=True))
  else:
    return None
  fields = getattr(like, '_fields', ())
  positions = {str(place): field for place, field in enumerate(fields)}
  if set(entries) == set(positions):
    return {positions[place]: branch for place, branch in entries.items()}
  return entries


def checked_leaf(
  refuse: Refuse, place: str, expected: Any, got: Any, note: str
) -> Any:
  """Return got as a JAX array with the shape and dtype of expected.

  Raises:
    TypeError: got is not an array, or has the wrong dtype.
    ValueError: got has the wrong shape.
  """
  if not is_array(got):
    refuse(TypeError, place, f'an array{note}', show(got))
  if got.shape != expected.shape:
    refuse(ValueError, place, f'shape {expected.shape}{note}', got.shape)
  if got.dtype != expected.dtype:
    refuse(TypeError, place, f'dtype {expected.dtype}{note}', got.dtype)
  return jnp.asarray(got)


def plain(tree: Any) -> Any:
  """Return the tree with a dict in place of every mapping."""
  if isinstance(tree, Mapping):
    return {name: plain(branch) for name, branch in tree.items()}
  return tree


def in_order(names: Iterable[Any]) -> list[Any]:
  """Return the names, sorted; they need not be comparable."""
  return sorted(names, key=repr)
