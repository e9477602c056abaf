"""Noise in the state, with `lax.scan` over the keys and the inputs."""

from functools import partial

from jax import lax, random

from core_rnn.keys import derive
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.noise_rnn import NoiseRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell


def noise_cell(n: NoiseRNN) -> Cell:
  """Return the parameters and the step: key, h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))

  def init(draw, inputs):
    return {'elman': elman.init(partial(draw, 'elman'), inputs)}

  def step(params, key, h, x):
    h, _ = elman.step(params['elman'], h, x)
    if not n.deterministic:
      # draw 2: draw 1 is in the trace of the step that `lift.scan`
      # makes before the loop, to find out what is constant
      noise = random.normal(derive(key, 'cell', 2), h.shape, h.dtype)
      h = h + n.scale * noise
    return h, h

  return Cell(init, step)


@as_pure(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> Functions:
  cell, zero_carry = noise_cell(n), n.inner(Elman).zero_carry

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    valid_xs, keys = mark_padding(xs, seq_length), None
    if n.split_rngs and not n.deterministic:
      # a clone of the key, split here: `lift.scan` does the same
      keys = random.split(random.clone(rngs['noise']), len(xs))

    def keyed(h, scanned):
      key, valid_x = scanned
      key = rngs.get('noise') if key is None else key
      return freeze_carry(partial(step, key), h_0)(h, valid_x)

    h, hs = lax.scan(keyed, h_0, (keys, valid_xs))
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
