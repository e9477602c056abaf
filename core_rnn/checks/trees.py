"""Variables and carries: trees in any container, and in the model's own.

What was written to a file comes back as dicts and lists: of a NamedTuple, by
its fields; of a tuple, by `'0'`, `'1'`, ...
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jax import numpy as jnp

from core_rnn.checks.signature import Refuse, is_array, show


def arranged(
  refuse: Refuse, place: str, expected: Any, got: Any, note: str = ''
) -> Any:
  """got in the containers and order of expected, leaves [...] as they are.

  Args:
    refuse: what raises the message.
    place: what the message calls got.
    expected: a tree of shapes and dtypes.
    got: a tree of arrays: mappings by name, NamedTuples by the names of their
      fields, other tuples and lists by position.
    note: why this is expected.

  Raises:
    TypeError: a branch is no container, a leaf no array or of another dtype.
    ValueError: an entry is missing or unknown, or a leaf of another shape.
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
  """The branches of a tree, leaves [...], by name; of a leaf, None.

  What has positions instead has the names of the fields of like, if it has as
  many.
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
  """got as an array of JAX, of the shape [...] and dtype of expected.

  Raises:
    TypeError: it is no array, or of another dtype.
    ValueError: it is of another shape.
  """
  if not is_array(got):
    refuse(TypeError, place, f'an array{note}', show(got))
  if got.shape != expected.shape:
    refuse(ValueError, place, f'shape {expected.shape}{note}', got.shape)
  if got.dtype != expected.dtype:
    refuse(TypeError, place, f'dtype {expected.dtype}{note}', got.dtype)
  return jnp.asarray(got)


def plain(tree: Any) -> Any:
  """The tree, leaves [...], with a dict for every mapping."""
  if isinstance(tree, Mapping):
    return {name: plain(branch) for name, branch in tree.items()}
  return tree


def in_order(names: Iterable[Any]) -> list[Any]:
  """The names, of shape [], sorted, whatever they are."""
  return sorted(names, key=repr)
