"""The collection `batch_stats`: its first values, and in a scan."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.networks.state.batchnorm_rnn import BatchnormRNN
from core_rnn.types import Variables


def batch_norm_stats(n: BatchNorm, features: int) -> Variables:
  """Return mean and var before the first batch: each [features].

  Both are float32 or wider, since they are sums of small terms.
  """
  dtype = np.promote_types(jnp.dtype(n.param_dtype), 'float32')
  mean, var = jnp.zeros(features, dtype), jnp.ones(features, dtype)
  return {'mean': mean, 'var': var}


def init_with_stats(
  n: BatchnormRNN, init: Callable[..., Variables]
) -> Callable[..., Variables]:
  """Return the init of a network over time and over a batch.

  Args:
    n: the network.
    init: draw, the network, the size of x -> parameters of its step.

  Returns:
    rngs, xs [batch, time, inputs] -> variables.
  """

  def step(*_):
    stats = batch_norm_stats(n.batch_norm, n.features)
    return None, {'batch_norm': stats}

  def network(rngs, xs, initial_carry=None, seq_lengths=None):
    draw = partial(derive, rngs['params'], 'cell')
    params = init(draw, n, xs.shape[-1])
    if n.statistics == 'carry':
      _, stats = step()
    else:
      _, stats = lax.scan(step, None, length=xs.shape[1])
    return {'params': {'cell': params}, 'batch_stats': {'cell': stats}}

  return network


def place_stats(n: BatchnormRNN, stats: Any) -> tuple[Any, Any]:
  """Return the statistics that a scan carries, and those that it scans.

  One of them is empty, {}.
  """
  return (stats, {}) if n.statistics == 'carry' else ({}, stats)
