"""Both at once: an ensemble over a batch, one `jax.vmap` in another."""

import jax

from core_rnn.networks.batches import Nested
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(Nested)
def nested(n: Nested) -> Functions:
  init_one, apply_one = over_time(elman_cell(n), zero_padding=n.zero_padding)

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    one = jax.ShapeDtypeStruct(xs.shape[1:], xs.dtype)

    def member(key):
      return init_one({'params': key}, one)

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
