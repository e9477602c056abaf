"""An initial carry of parameters: one for each leaf of a carry."""

from typing import Any

import jax
from jax import numpy as jnp
from jax.tree_util import tree_leaves_with_path, tree_map_with_path

from core_rnn.keys import Draw
from core_rnn.networks.sequences.deep_layer import DeepLayer
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.types import Variables


def carry_init(
  draw: Draw, n: DeepRNN, layer: DeepLayer, xs: Any
) -> Variables:
  """Return a parameter for each leaf of the carry of a layer."""
  leaves = tree_leaves_with_path(layer.inner_cell.zero_carry(xs))
  return {
    name_of(path): n.carry_init(draw(number), leaf.shape, n.param_dtype)
    for number, (path, leaf) in enumerate(leaves, 1)
  }


def carry_apply(layer: DeepLayer, params: Variables, xs: Any) -> Any:
  """Return the carry of parameters, leaves [batch, features].

  Args:
    layer: the layer that starts from the carry.
    params: the parameters that `carry_init` returns.
    xs: the inputs of the layer, [batch, time, inputs].
  """
  cast = lambda path, leaf: params[name_of(path)].astype(leaf.dtype)
  repeat = lambda leaf: jnp.broadcast_to(leaf, (len(xs), *leaf.shape))
  zero_carry = layer.inner_cell.zero_carry(xs)
  return jax.tree.map(repeat, tree_map_with_path(cast, zero_carry))


def name_of(path: Any) -> str:
  """Return the name of a leaf: c or h."""
  return path[0].name if path else 'h'
