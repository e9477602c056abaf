"""A transform that runs a function on a scope several times."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import jax
from flax.core import DenyList, lift
from jax import lax

Filter = bool | str | Collection[str] | DenyList  # as in Flax


def times_over(
  fn: Callable[..., Any],
  count: int,
  variable_broadcast: Filter = 'params',
  variable_carry: Filter = False,
  split_rngs: Mapping[Filter, bool] = {},
) -> Callable[..., Any]:
  """Return a function that runs fn several times: h = fn(scope, h).

  `init` runs one turn outside of the loop. It creates the variables as
  if there were no loop, and draws from the keys of the first turn.

  Args:
    fn: (scope, h) -> h, a tree whose shapes do not change.
    count: the number of turns.
    variable_broadcast: the collections that all turns read.
    variable_carry: the collections that one turn passes to the next.
    split_rngs: stream -> whether each turn draws from its own key, into
      which the number of the turn is folded. All turns share the key of
      `params`.

  Returns:
    (scope, h) -> h, after the last turn.
  """
  streams: dict[Any, bool] = {'params': False, **split_rngs}

  def loop(scope_fn, repack_fn, groups, rngs, h, **kwargs):
    shared, carried = groups
    if is_initializing(scope_fn(groups, rngs)):
      scopes = scope_fn(groups, keys_of_turn(rngs, streams, 0))
      return fn(scopes, h, **kwargs), repack_fn(scopes)

    def turn(i, now):
      carried, h = now
      keys = keys_of_turn(rngs, streams, i)
      scopes = scope_fn((shared, carried), keys, variable_carry)
      h = fn(scopes, h, **kwargs)
      _, moved = repack_fn(scopes)  # without what is immutable
      return tuple(map(dict.__or__, carried, moved)), h

    carried, h = lax.fori_loop(0, count, turn, (carried, h))
    return h, (shared, carried)

  filters = (variable_broadcast, variable_carry)
  how = {'name': 'times_over', 'enable_kwargs': True}
  return lift.pack(loop, filters, filters, tuple(streams), **how)


def keys_of_turn(rngs: Any, streams: Mapping[Any, bool], i: Any) -> Any:
  """Return the keys of turn i, which is folded into split ones."""
  fold = lambda key: jax.random.fold_in(jax.random.clone(key), i)
  return tuple(
    jax.tree.map(fold, group) if on else group
    for group, on in zip(rngs, streams.values(), strict=True)
  )


def is_initializing(scopes: Any) -> bool:
  """Return whether `init` runs, for one scope or several."""
  return jax.tree.leaves(scopes)[0].get_flag('initializing', False)
