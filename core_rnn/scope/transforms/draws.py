"""Counters of the draws of scopes, which can be set back."""

from typing import Any

import jax
from flax.core import Scope

Counts = dict[Any, Any]
"""Stream -> its number of draws; child -> the Counts of the child."""


class Draws:
  """The counters of scopes, and their values when this was made."""

  def __init__(self, scopes: Any):
    self.counters = [scope.rng_counters for scope in roots(scopes)]
    self.first = list(map(copied, self.counters))

  def rewind(self, to: list[Counts] | None = None) -> list[Counts]:
    """Set the counters to the first counts, or to other counts.

    Returns:
      The counts before.
    """
    left = list(map(copied, self.counters))
    for counts, wanted in zip(
      self.counters, to or self.first, strict=True
    ):
      restore(counts, wanted)
    return left


def roots(scopes: Any) -> list[Scope]:
  """Return the scopes without a parent, which own the counters."""
  leaves = jax.tree.leaves(scopes)
  return [*{id(s): s for s in leaves if s.parent is None}.values()]


def copied(counts: Counts) -> Counts:
  """Return a copy of counts, with those of children."""
  return {
    name: copied(count) if isinstance(count, dict) else count
    for name, count in counts.items()
  }


def restore(counts: Counts, wanted: Counts) -> None:
  """Change counts in place to wanted.

  The counters of children are the dicts inside, so they must stay the
  same objects.
  """
  for name in counts.keys() - wanted.keys():
    del counts[name]
  for name, count in wanted.items():
    if isinstance(count, dict):
      restore(counts.setdefault(name, {}), count)
    else:
      counts[name] = count


def total(counts: Counts) -> int:
  """Return the number of all draws, with those of children."""
  return sum(
    total(count) if isinstance(count, dict) else count
    for count in counts.values()
  )
