"""A causal recurrent kernel, with `lift.map_variables`."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.causal_rnn import CausalRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(CausalRNN)
def causal_rnn(n: CausalRNN) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def mask(collections):
    params = collections['params']
    recurrent = jnp.triu(params['recurrent'])
    return {'params': {**params, 'recurrent': recurrent}}

  def step(scope: Scope, h, x):
    begins = is_initializing(scope)
    causal = lift.map_variables(cell, 'params', mask, init=begins)
    return scope.child(causal, 'elman')(h, x)

  return over_time(step, elman.zero_carry, n.zero_padding)
