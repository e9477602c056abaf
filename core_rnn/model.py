"""All that a way shows to the outside."""

from collections.abc import Callable
from typing import Any, NamedTuple

from core_rnn.types import Variables


class Model(NamedTuple):
  """init: rngs, x -> variables; apply: variables, x -> y. Flax's convention.

  `init(rngs, xs)` takes a key a stream, `{'params': key}`, or a key alone.
  `apply(variables, xs, rngs=None, mutable=False)` returns the outputs, and
  where mutable is a filter of collections, `(outputs, updates)`. Which axes
  xs has, each model says: [time, inputs] for a recurrent one.
  """

  init: Callable[..., Variables]
  apply: Callable[..., Any]
