"""The parameters of a cell that runs in loops, made outside of them."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.outputs import Runner
from core_rnn.scope.as_scope import Function, is_initializing


def init_cell(
  n: BPTT | Runner, cell: Function, scope: Scope, xs
) -> None:
  """Take one step of the cell in the scope `cell`, if init runs.

  The step makes the parameters. Inside a loop, JAX would lower their
  draws to other functions than those of the pure way.
  """
  if is_initializing(scope):
    h_0 = n.inner_cell.zero_carry(xs)
    x = jnp.zeros_like(xs, shape=xs.shape[-1:])
    cell(scope.rewound().push('cell'), h_0, x)
