"""How often scopes have drawn, so that a run of them may go uncounted."""

from typing import Any

import jax
from flax.core import Scope

Counts = dict[Any, Any]  # stream -> number of draws; child -> its own Counts


class Draws:
  """The counters of scopes, as they are now; keys made of them are [...]."""

  def __init__(self, scopes: Any):
    self.counters = [scope.rng_counters for scope in roots(scopes)]
    self.first = list(map(copied, self.counters))

  def rewind(self, to: list[Counts] | None = None) -> list[Counts]:
    """Goes back to the first counts, or to others; those left, for [...]."""
    left = list(map(copied, self.counters))
    for counts, wanted in zip(self.counters, to or self.first, strict=True):
      restore(counts, wanted)
    return left


def roots(scopes: Any) -> list[Scope]:
  """Those that hold variables [...]: a child of one of the others does not."""
  leaves = jax.tree.leaves(scopes)
  return [*{id(s): s for s in leaves if s.parent is None}.values()]


def copied(counts: Counts) -> Counts:
  """counts, of children too: the number of a draw makes its key [...]."""
  return {
    name: copied(count) if isinstance(count, dict) else count
    for name, count in counts.items()
  }


def restore(counts: Counts, wanted: Counts) -> None:
  """Makes counts what was wanted; children [...] hold on to their own dicts."""
  for name in counts.keys() - wanted.keys():
    del counts[name]
  for name, count in wanted.items():
    if isinstance(count, dict):
      restore(counts.setdefault(name, {}), count)
    else:
      counts[name] = count


def total(counts: Counts) -> int:
  """How many keys [...] have been made by counts, those of children too."""
  return sum(
    total(count) if isinstance(count, dict) else count
    for count in counts.values()
  )
