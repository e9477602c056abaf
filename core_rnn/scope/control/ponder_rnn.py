"""A network that repeats its steps, with `lift.while_loop`."""

from flax.core import Scope, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.ponder_rnn import PonderRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time
from core_rnn.types import Pondering


def ponder_cell(n: PonderRNN) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))

  def look(scope: Scope, h, x):
    return scope.child(elman, 'elman')(h, x)

  def step(scope: Scope, h, x):
    if is_initializing(scope):
      return look(scope, h, x)  # a loop cannot make parameters

    def goes_on(scope: Scope, now):
      return (now.size > n.threshold) & (now.looks < n.limit)

    def again(scope: Scope, now):
      h, _ = look(scope, now.h, x)
      return Pondering(
        now.looks + 1, now.size / 2, lax.stop_gradient(h)
      )

    size = jnp.abs(x).max()
    begin = lax.stop_gradient(Pondering(jnp.int32(0), size, h))
    now = lift.while_loop(goes_on, again, scope, begin)
    return look(scope, now.h, x)

  return step


@as_scope(PonderRNN)
def ponder_rnn(n: PonderRNN) -> Function:
  elman = n.inner(Elman)
  return over_time(ponder_cell(n), elman.zero_carry, n.zero_padding)
