"""The minGRU: h_t = (1 - z) h_{t-1} + z n, z and n of x_t alone."""

from functools import partial
from typing import Any

from jax import nn

from core_rnn.equations.backward_passes.affine import affine
from core_rnn.equations.backward_passes.jax_vjp import JaxBackwardPass
from core_rnn.equations.linear import run


def min_gru(
  params: Any, h_0: Any, valid: Any, xs: Any, reverse: bool, unroll: int
) -> tuple[Any, Any]:
  """Return the last h [..., features], and every h_t [time, ..., features].

  The recurrence is linear in h, so an associative scan takes the place of the
  loop, and unroll has no effect.
  """
  del unroll
  scale, shift = min_gru_terms(params, xs.astype(h_0.dtype))
  return run(scale, shift, h_0, valid, reverse)


def min_gru_terms(params: Any, xs: Any) -> tuple[Any, Any]:
  """Return 1 - z and z n for every x_t, each [time, ..., features]."""
  z = nn.sigmoid(affine(params['iz'], xs))
  return 1 - z, z * affine(params['ih'], xs)


over_time = partial(JaxBackwardPass, min_gru)
