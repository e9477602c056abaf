"""The minimal GRU, with `lax.scan`, or with no loop at all."""

from functools import partial

import jax

from core_rnn.networks.cells import MinGRU
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import over_time


def all_terms(n: MinGRU, params, xs):
  """xs [time, inputs] -> every a_t and b_t [time, features]."""

  def one(x):
    layer = lambda name, x: dense_apply(n.layers[name], params[name], x)
    return n.terms(layer, x)

  return jax.vmap(one)(xs)


@as_pure(MinGRU)
def min_gru(n: MinGRU) -> Functions:
  init, scanned = over_time(gated_cell(n), n.reverse, n.unroll, n.zero_padding)

  def at_once(variables, xs, initial_carry=None, seq_length=None):
    terms = partial(all_terms, n, variables['params']['cell'])
    return n.at_once(terms, xs, initial_carry, seq_length)

  return init, scanned if n.mode == 'scan' else at_once
