"""The parameters of a cell that runs in loops, made outside of them."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.outputs import Runner


def init_cell(n: BPTT | Runner, cell: nn.Module, xs) -> None:
  """Take one step of the cell, if init runs.

  The step makes the parameters. Inside a loop, JAX would lower their
  draws to other functions than those of the pure way.
  """
  if cell.is_initializing():
    h_0 = n.inner_cell.zero_carry(xs)
    cell(h_0, jnp.zeros_like(xs, shape=xs.shape[-1:]))
