"""The containers in which Flax hands variables round, and its filters."""

import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flax import serialization
from flax.core import DenyList, FrozenDict, freeze

from equivalence_tests.suite.cases import Case


def filters(case: Case) -> tuple[Any, ...]:
  """Filters of collections, one of every kind where there is what moves."""
  few = (True, ['params', 'another'], DenyList('params'), {'cache'})
  if not case.state:
    return few
  moved, *_ = case.state
  return (
    *few,
    [],
    moved,
    (moved, 'params'),
    frozenset({moved}),
    DenyList([moved, 'another']),
    DenyList(True),
    FrozenDict({moved: None}),
  )


def msgpack(tree: Any) -> Any:
  """What msgpack restores of a tree without a target: nested dicts."""
  state = serialization.to_state_dict(tree)
  return serialization.msgpack_restore(serialization.msgpack_serialize(state))


def orbax(tree: Any) -> Any:
  """What orbax restores of a tree without a target."""
  import orbax.checkpoint as ocp  # takes seconds, and is seldom needed

  with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
    warnings.simplefilter('ignore')  # it says that it looks up the sharding
    path = Path(folder) / 'saved'
    with ocp.PyTreeCheckpointer() as checkpointer:
      checkpointer.save(path, tree)
      return checkpointer.restore(path)


def dicts(tree: Any) -> Any:
  """NamedTuples as dicts, their fields the other way round."""
  if isinstance(tree, tuple):
    names = getattr(tree, '_fields', map(str, range(len(tree))))
    pairs = [*zip(names, map(dicts, tree), strict=True)]
    return dict(pairs[::-1])
  return tree


def tuples(tree: Any) -> Any:
  """NamedTuples as plain tuples."""
  return tuple(map(tuples, tree)) if isinstance(tree, tuple) else tree


# container -> what it makes of variables
OF_VARIABLES: Mapping[str, Callable[[Any], Any]] = {
  'a FrozenDict': freeze,
  'what msgpack restores': msgpack,
  'what orbax restores': orbax,
}
# container -> what it makes of a carry
OF_CARRIES: Mapping[str, Callable[[Any], Any]] = {
  'a dict of its fields, in another order': dicts,
  'a plain tuple': tuples,
  'what msgpack restores': msgpack,
}
