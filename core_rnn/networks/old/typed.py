"""Dtypes of the old descriptions."""

from dataclasses import KW_ONLY, dataclass
from jax import numpy as jnp
from core_rnn.kinds import Floating
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Typed(Network):
  _: KW_ONLY
  dtype: Floating | None = None
  param_dtype: Floating = jnp.float32
