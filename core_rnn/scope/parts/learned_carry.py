"""An initial carry of parameters: one for each leaf of a carry."""

from typing import Any

import jax
from flax.core import Scope
from jax import numpy as jnp
from jax.tree_util import tree_map_with_path

from core_rnn.networks.sequences.deep_layer import DeepLayer
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.scope.as_scope import Function


def learned_carry(n: DeepRNN, layer: DeepLayer) -> Function:
  """Return the carry: scope, xs -> leaves [batch, features]."""

  def carry(scope: Scope, xs: Any) -> Any:
    def param(path, leaf):
      name = path[0].name if path else 'h'
      value = scope.param(name, n.carry_init, leaf.shape, n.param_dtype)
      return value.astype(leaf.dtype)

    repeat = lambda leaf: jnp.broadcast_to(leaf, (len(xs), *leaf.shape))
    zero_carry = layer.inner_cell.zero_carry(xs)
    return jax.tree.map(repeat, tree_map_with_path(param, zero_carry))

  return carry
