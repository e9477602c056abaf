"""A causal recurrent kernel, as a function of the parameters."""

from functools import partial

from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.causal_rnn import CausalRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(CausalRNN)
def causal_rnn(n: CausalRNN) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def mask(params):
    return {**params, 'recurrent': jnp.triu(params['recurrent'])}

  def init(draw, inputs):
    params = cell.init(partial(draw, 'elman'), inputs)
    return {'elman': mask(params)}

  def step(params, h, x):
    return cell.step(mask(params['elman']), h, x)

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
