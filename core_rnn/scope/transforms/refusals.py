"""What is computed once must not depend on what there is a layer, or later."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
from flax.errors import ScopeCollectionNotFound

from core_rnn.scope.transforms.axes import differing
from core_rnn.scope.transforms.program import Part

SHARED = 'layer_scan: variable_broadcast: expected what all layers share'
CARRIED = (
  'layer_scan: variable_carry: expected what all layers could begin with'
)
CONSTANT = 'layer_scan: out_axes: expected the same of all layers, to broadcast'
FOUND = 'derived: f: expected a function of the variables of a layer'


def refuse(expected: str, needs: Mapping[str, Any]) -> None:
  """Nothing of all that is named is needed, in a tree of bools each [...].

  Raises:
    ValueError: something is.
  """
  found = [name for name, tree in needs.items() if any(jax.tree.leaves(tree))]
  if found:
    raise ValueError(f'{expected}, got what depends on {" and ".join(found)}')


def of_loop(part: Part) -> dict[str, Any]:
  """Whether part [...] needs what goes from layer to layer, or a callback."""
  groups, _, carry, _ = part.needs
  return {
    'the carry': carry,
    'variable_carry': groups[1],
    'a callback': part.effects,
  }


def of_layer(part: Part, key_axes: Any, in_axes: Any) -> dict[str, Any]:
  """Whether part [...] needs what each layer has of its own."""
  groups, keys, _, xs = part.needs
  return {
    'variable_axes': groups[2:],
    'split_rngs': differing(key_axes, keys),
    'an x of one layer': differing(in_axes, xs),
  }


@contextmanager
def remade(keeps: bool) -> Iterator[None]:
  """Says why `map_variables(init=True)` finds no variables, of any shape [...].

  It makes them again wherever a collection is mutable; that of what is derived
  is, in a run that keeps it.

  Raises:
    ValueError: a layer has one, in such a run.
  """
  try:
    yield
  except ScopeCollectionNotFound as error:
    if not (keeps and 'map_variables(' in str(error)):
      raise
    raise ValueError(
      'layer_scan: batched_setup: expected a layer whose map_variables has '
      'init=True only while initializing, got one where it has it always'
    ) from error
