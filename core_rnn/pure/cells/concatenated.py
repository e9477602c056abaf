"""The concatenated network, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.cells.concatenated import Concatenated
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init


def concatenated_cell(n: Concatenated) -> Cell:
  """Return the parameters and the step of the network: h, x -> h, h."""
  inits = (n.kernel_init, n.bias_init)

  def init(draw, inputs):
    joint, size = partial(draw, 'joint'), n.features + inputs
    return {'joint': dense_init(joint, n, size, *inits)}

  def step(params, h, x):
    joint = jnp.concatenate([h, x.astype(h.dtype)])
    h = n.activation(dense_apply(n, params['joint'], joint))
    return h, h

  return Cell(init, step)


@as_pure(Concatenated)
def concatenated(n: Concatenated) -> Functions:
  cell = concatenated_cell(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    how = {'reverse': n.reverse, 'unroll': n.unroll}
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = lax.scan(freeze_carry(step, h_0), h_0, valid_xs, **how)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
