"""A network that repeats its steps, with `lax.while_loop`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.ponder_rnn import PonderRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.numbered_loop import numbered_loop
from core_rnn.pure.parts.over_time import over_time
from core_rnn.types import Pondering


def ponder_cell(n: PonderRNN) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))

  def init(draw, inputs):
    return {'elman': elman.init(partial(draw, 'elman'), inputs)}

  def step(params, h, x):
    look = partial(elman.step, params['elman'])

    def goes_on(_, now):
      return (now.size > n.threshold) & (now.looks < n.limit)

    def again(_, now):
      h, _ = look(now.h, x)
      return Pondering(
        now.looks + 1, now.size / 2, lax.stop_gradient(h)
      )

    size = jnp.abs(x).max()
    begin = lax.stop_gradient(Pondering(jnp.int32(0), size, h))
    now = numbered_loop(goes_on, again, begin)
    return look(now.h, x)

  return Cell(init, step)


@as_pure(PonderRNN)
def ponder_rnn(n: PonderRNN) -> Functions:
  elman = n.inner(Elman)
  return over_time(ponder_cell(n), elman.zero_carry, n.zero_padding)
