"""Filters of collections, as Flax has them: which ones `mutable` names.

A name, a collection of names, a bool for all or none, or a `DenyList`: all
that its `deny` does not name.
"""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from core_rnn.checks.signature import Refuse, show


def named(
  refuse: Refuse, mutable: Any, collections: Iterable[str]
) -> list[str] | Literal[False]:
  """Those of the collections, trees of [...], that are mutable, or False.

  Only where mutable is False itself, and not where it names nothing, are no
  updates returned.

  Raises:
    TypeError: it is no filter.
  """
  if not is_filter(mutable):
    expected = 'a filter of collections'
    refuse(TypeError, 'mutable', expected, show(mutable))
  if mutable is False:
    return False
  return [name for name in collections if admits(mutable, name)]


def is_filter(value: Any) -> bool:
  """Whether value, of shape [], is a filter."""
  if isinstance(value, str | bool):
    return True
  if isinstance(value, Collection):
    return all(isinstance(name, str) for name in value)
  return hasattr(value, 'deny') and is_filter(value.deny)


def admits(value: Any, name: str) -> bool:
  """Whether a filter, of shape [], names the collection."""
  if isinstance(value, str):
    return name == value
  if isinstance(value, Collection):
    return name in value
  if isinstance(value, bool):
    return value
  return not admits(value.deny, name)
