"""The collection `batch_stats`: its dtype, its updates, in a scan."""

from typing import Any

import numpy as np
from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.scope.as_scope import is_initializing
from core_rnn.types import DType


def stats_dtype(n: BatchNorm) -> DType:
  """Return the dtype of the statistics, and of the computation.

  It is float32 or wider, since the statistics are sums of small terms.
  """
  return np.promote_types(jnp.dtype(n.param_dtype), 'float32')


def is_updating(scope: Scope) -> bool:
  """Return whether the statistics are mutable, and not created now."""
  mutable = scope.is_mutable_collection('batch_stats')
  return mutable and not is_initializing(scope)


def lift_stats(scope: Scope, statistics: str) -> dict[str, Any]:
  """Return how a scan lifts the parameters and the statistics.

  Args:
    scope: the scope of the scan.
    statistics: 'carry', for statistics that all steps update; or
      'axis', for statistics of each step, along axis 0.
  """
  lifted: dict[str, Any] = {'split_rngs': {'params': False}}
  if statistics == 'axis':
    lifted['variable_axes'] = {'batch_stats': 0}
  elif is_updating(scope):
    lifted['variable_carry'] = 'batch_stats'
  else:  # a scan cannot create a carry, or return one that is immutable
    return {**lifted, 'variable_broadcast': ('params', 'batch_stats')}
  return {**lifted, 'variable_broadcast': 'params'}
