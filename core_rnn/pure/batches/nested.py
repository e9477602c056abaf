"""An ensemble over a batch: one `jax.vmap` in another."""

import jax

from core_rnn.networks.batches.nested import Nested
from core_rnn.networks.cells.elman import Elman
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(Nested)
def nested(n: Nested) -> Functions:
  elman = n.inner(Elman)
  one = over_time(elman_cell(elman), elman.zero_carry, n.zero_padding)
  init_one, apply_one = one

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    example = jax.ShapeDtypeStruct(xs.shape[1:], xs.dtype)

    def member(key):
      return init_one({'params': key}, example)

    keys = jax.random.split(jax.random.clone(rngs['params']), n.members)
    return jax.vmap(member)(keys)

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    by_member, by_batch = (0, None, 0, None), (None, 0, 0, 0)
    inner, outer = by_member, by_batch
    if n.outer == 'members':
      inner, outer = by_batch, by_member
    vmap = jax.vmap(jax.vmap(apply_one, inner), outer)
    return vmap(variables, xs, initial_carry, seq_lengths)

  return init, apply
