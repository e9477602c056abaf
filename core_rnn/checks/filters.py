"""Filters of variable collections, with Flax's meaning, as for `mutable`.

A filter is the name of a collection, several names, a bool for all or none, or
a `DenyList`, which admits every collection that its `deny` does not.
"""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from core_rnn.checks.signature import Refuse, show


def named(
  refuse: Refuse, mutable: Any, collections: Iterable[str]
) -> list[str] | Literal[False]:
  """Return the collections that a filter admits, or False for False.

  A model returns updates unless mutable is False; a filter that admits no
  collection still makes it return an empty dict of updates.

  Raises:
    TypeError: mutable is not a filter.
  """
  if not is_filter(mutable):
    expected = 'a filter of collections'
    refuse(TypeError, 'mutable', expected, show(mutable))
  if mutable is False:
    return False
  return [name for name in collections if admits(mutable, name)]


def is_filter(value: Any) -> bool:
  """Return whether value is a filter."""
  if isinstance(value, str | bool):
    return True
  if isinstance(value, Collection):
    return all(isinstance(name, str) for name in value)
  return hasattr(value, 'deny') and is_filter(value.deny)


def admits(value: Any, name: str) -> bool:
  """Return whether a filter admits a collection."""
  if isinstance(value, str):
    return name == value
  if isinstance(value, Collection):
    return name in value
  if isinstance(value, bool):
    return value
  return not admits(value.deny, name)
