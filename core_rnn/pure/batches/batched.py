"""A batch: `jax.vmap` of one Elman network, with its parameters."""

import jax

from core_rnn.networks.batches.batched import Batched
from core_rnn.networks.cells.elman import Elman
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(Batched)
def batched(n: Batched) -> Functions:
  elman = n.inner(Elman)
  one = over_time(elman_cell(elman), elman.zero_carry, n.zero_padding)
  init_one, apply_one = one

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    shape = list(xs.shape)
    del shape[n.in_axes]
    return init_one(rngs, jax.ShapeDtypeStruct(shape, xs.dtype))

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    axes = (None, n.in_axes, 0, 0), (0, n.out_axes)
    vmap = jax.vmap(apply_one, *axes)
    return vmap(variables, xs, initial_carry, seq_lengths)

  return init, apply
