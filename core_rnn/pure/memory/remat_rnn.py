"""Rematerialization of the steps, with `jax.checkpoint`."""

from functools import partial

import jax

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.memory.remat_rnn import RematRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time

POLICIES = {
  'states': jax.checkpoint_policies.nothing_saveable,
  'products': jax.checkpoint_policies.dots_saveable,
  'everything': jax.checkpoint_policies.everything_saveable,
}


@as_pure(RematRNN)
def remat_rnn(n: RematRNN) -> Functions:
  elman, policy = n.inner(Elman), POLICIES[n.saved]
  cell = elman_cell(elman)
  # the backward pass is a second loop, so XLA cannot merge the two
  remat = jax.checkpoint(cell.step, prevent_cse=False, policy=policy)

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, h, x):
    return remat(params['elman'], h, x)

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
