"""A step on a scope, a number of times over."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import jax
from flax.core import DenyList, lift
from jax import lax

Filter = bool | str | Collection[str] | DenyList  # as Flax's own, of typing


def times_over(
  fn: Callable[..., Any],
  count: int,
  variable_broadcast: Filter = 'params',
  variable_carry: Filter = False,
  split_rngs: Mapping[Filter, bool] = {},
) -> Callable[..., Any]:
  """h = fn(scope, h), count times over.

  `init` runs one turn, outside of the loop: in it variables are made, as if
  there were no loop, and the first turn's keys are drawn from.

  Args:
    fn: a scope, h -> h, of the shapes [...] that it had.
    count: how many turns.
    variable_broadcast: the collections that all turns read.
    variable_carry: the collections that go from turn to turn.
    split_rngs: stream -> whether each turn draws from a key of its own, which
      has the number of the turn folded in; `params` is of all turns.

  Returns:
    (scope, h) -> h, after the last turn.
  """
  streams: dict[Any, bool] = {'params': False, **split_rngs}

  def loop(scope_fn, repack_fn, groups, rngs, h, **kwargs):
    shared, carried = groups

    def keys(i):
      fold = lambda key: jax.random.fold_in(jax.random.clone(key), i)
      return tuple(
        jax.tree.map(fold, group) if on else group
        for group, on in zip(rngs, streams.values(), strict=True)
      )

    if is_initializing(scope_fn(groups, rngs)):
      scopes = scope_fn(groups, keys(0))
      return fn(scopes, h, **kwargs), repack_fn(scopes)

    def turn(i, now):
      carried, h = now
      scopes = scope_fn((shared, carried), keys(i), variable_carry)
      h = fn(scopes, h, **kwargs)
      _, moved = repack_fn(scopes)  # without what is immutable
      return tuple(map(dict.__or__, carried, moved)), h

    carried, h = lax.fori_loop(0, count, turn, (carried, h))
    return h, (shared, carried)

  filters = (variable_broadcast, variable_carry)
  how = {'name': 'times_over', 'enable_kwargs': True}
  return lift.pack(loop, filters, filters, tuple(streams), **how)


def is_initializing(scopes: Any) -> bool:
  """Whether `init` runs, of one scope or several: of shape []."""
  return jax.tree.leaves(scopes)[0].get_flag('initializing', False)
