"""An ensemble: `jax.vmap` over keys, and over parameters."""

import jax

from core_rnn.networks.batches.ensemble import Ensemble
from core_rnn.networks.cells.elman import Elman
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(Ensemble)
def ensemble(n: Ensemble) -> Functions:
  elman = n.inner(Elman)
  one = over_time(elman_cell(elman), elman.zero_carry, n.zero_padding)
  init_one, apply_one = one

  def init(rngs, xs, initial_carry=None, seq_length=None):
    def member(key):
      return init_one({'params': key}, xs)

    if not n.split_rngs:
      same = jax.vmap(member, None, n.params_axis, axis_size=n.members)
      return same(rngs['params'])
    keys = jax.random.split(jax.random.clone(rngs['params']), n.members)
    return jax.vmap(member, 0, n.params_axis)(keys)

  def apply(variables, xs, initial_carry=None, seq_length=None):
    vmap = jax.vmap(apply_one, (n.params_axis, None, 0, None))
    return vmap(variables, xs, initial_carry, seq_length)

  return init, apply
