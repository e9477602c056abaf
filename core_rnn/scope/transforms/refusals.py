"""Checks that shared values do not depend on a layer or the loop."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
from flax.errors import ScopeCollectionNotFound

from core_rnn.scope.transforms.axes import differing
from core_rnn.scope.transforms.program import Part

SHARED = (
  'layer_scan: variable_broadcast: expected what all layers share'
)
CARRIED = (
  'layer_scan: variable_carry: '
  'expected what all layers could begin with'
)
CONSTANT = (
  'layer_scan: out_axes: expected the same of all layers, to broadcast'
)
FOUND = 'derived: f: expected a function of the variables of a layer'


def refuse(expected: str, needs: Mapping[str, Any]) -> None:
  """Check that values do not depend on what they must not.

  Args:
    expected: the start of the message.
    needs: name -> for each leaf, whether a value depends on it.

  Raises:
    ValueError: a leaf is true.
  """
  found = [
    name for name, tree in needs.items() if any(jax.tree.leaves(tree))
  ]
  if found:
    raise ValueError(
      f'{expected}, got what depends on {" and ".join(found)}'
    )


def of_loop(part: Part) -> dict[str, Any]:
  """Return whether a part depends on a carry or a callback."""
  groups, _, carry, _ = part.needs
  return {
    'the carry': carry,
    'variable_carry': groups[1],
    'a callback': part.effects,
  }


def of_layer(part: Part, key_axes: Any, in_axes: Any) -> dict[str, Any]:
  """Return whether a part depends on values of a single layer."""
  groups, keys, _, xs = part.needs
  return {
    'variable_axes': groups[2:],
    'split_rngs': differing(key_axes, keys),
    'an x of one layer': differing(in_axes, xs),
  }


@contextmanager
def remade(keeps: bool) -> Iterator[None]:
  """Explain the error of `map_variables(init=True)` in a layer.

  The transform initializes its variables again if any collection is
  mutable. In a run that stores derived values, their collection is.

  Args:
    keeps: whether the run stores derived values.

  Raises:
    ValueError: a layer has such a transform in such a run.
  """
  try:
    yield
  except ScopeCollectionNotFound as error:
    if not (keeps and 'map_variables(' in str(error)):
      raise
    raise ValueError(
      'layer_scan: batched_setup: expected a layer whose '
      'map_variables has init=True only while initializing, '
      'got one where it has it always'
    ) from error
