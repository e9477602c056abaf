"""A named axis of `jax.vmap`: inputs normalised over the batch."""

import jax

from core_rnn.equations.normalising import normalised as over_axis
from core_rnn.equations.padding import padded
from core_rnn.networks.batches import Normalised
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(Normalised)
def normalised(n: Normalised) -> Functions:
  init_one, apply_one = over_time(elman_cell(n), zero_padding=n.zero_padding)

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    return init_one(rngs, jax.ShapeDtypeStruct(xs.shape[1:], xs.dtype))

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    def one(xs, h, length):
      valid, xs = padded(xs.astype(n.dtype or xs.dtype), length)
      zs = over_axis(xs, 'batch', valid)
      return apply_one(variables, zs, h, length)

    vmap = jax.vmap(one, axis_name='batch')
    return vmap(xs, initial_carry, seq_lengths)

  return init, apply
