"""A counter, with explicit variables."""

from jax import numpy as jnp

from core_rnn.networks.state.counter import Counter
from core_rnn.pure.as_pure import Functions, Moved, as_pure


@as_pure(Counter)
def counter(_: Counter) -> Functions:
  def init(rngs):
    del rngs  # init draws nothing
    return {'counter': {'count': jnp.zeros((), jnp.int32)}}

  def apply(variables):
    count = variables['counter']['count'] + 1
    return Moved(count, {'counter': {'count': count}})

  return init, apply
