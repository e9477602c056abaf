"""An initial carry of parameters: one for each leaf of a carry."""

from typing import Any

import jax
from flax import linen as nn
from jax import numpy as jnp
from jax.tree_util import tree_map_with_path

from core_rnn.networks.sequences.deep_layer import DeepLayer
from core_rnn.networks.sequences.deep_rnn import DeepRNN


class LearnedCarry(nn.Module):
  """An initial carry of parameters, leaves [batch, features]."""

  n: DeepRNN
  layer: DeepLayer

  @nn.compact
  def __call__(self, xs: Any) -> Any:
    """Return the carry for the inputs of the layer: xs [batch, ...]."""
    n = self.n

    def param(path, leaf):
      name = path[0].name if path else 'h'
      value = self.param(name, n.carry_init, leaf.shape, n.param_dtype)
      return value.astype(leaf.dtype)

    repeat = lambda leaf: jnp.broadcast_to(leaf, (len(xs), *leaf.shape))
    zero_carry = self.layer.inner_cell.zero_carry(xs)
    return jax.tree.map(repeat, tree_map_with_path(param, zero_carry))
