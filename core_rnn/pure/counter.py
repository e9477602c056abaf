"""A counter: how often it was applied, in a collection of its own."""

from jax import numpy as jnp

from core_rnn.pure.as_model import Functions, Moved, as_model


@as_model()
def counter() -> Functions:
  """count -> count + 1, both of shape []: an int32, which `init` leaves at 0.

  Where the collection `counter` is not mutable, the count is returned, and
  forgotten.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Counter`.
  """

  def init(rngs):
    del rngs  # nothing is drawn
    return {'counter': {'count': jnp.zeros((), jnp.int32)}}

  def apply(variables):
    count = variables['counter']['count'] + 1
    return Moved(count, {'counter': {'count': count}})

  return init, apply
