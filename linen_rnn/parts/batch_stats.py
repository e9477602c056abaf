"""The collection `batch_stats`: its dtype, its updates, in a scan."""

from typing import Any

import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.types import DType


def stats_dtype(n: BatchNorm) -> DType:
  """Return the dtype of the statistics, and of the computation.

  It is float32 or wider, since the statistics are sums of small terms.
  """
  return np.promote_types(jnp.dtype(n.param_dtype), 'float32')


def is_updating(module: nn.Module) -> bool:
  """Return whether the statistics are mutable, and not created now."""
  mutable = module.is_mutable_collection('batch_stats')
  return mutable and not module.is_initializing()


def lift_stats(module: nn.Module, statistics: str) -> dict[str, Any]:
  """Return how a scan lifts the parameters and the statistics.

  Args:
    module: the module that runs the scan.
    statistics: 'carry', for statistics that all steps update; or
      'axis', for statistics of each step, along axis 0.
  """
  lifted: dict[str, Any] = {'split_rngs': {'params': False}}
  if statistics == 'axis':
    lifted['variable_axes'] = {'batch_stats': 0}
  elif is_updating(module):
    lifted['variable_carry'] = 'batch_stats'
  else:  # a scan cannot create a carry, or return one that is immutable
    return {**lifted, 'variable_broadcast': ('params', 'batch_stats')}
  return {**lifted, 'variable_broadcast': 'params'}
