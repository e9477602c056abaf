"""Networks that see their variables otherwise than they keep them."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax
from jax import numpy as jnp

from core_rnn.networks.old.cells import Recurrent, Sequence
from core_rnn.kinds import Rate
from core_rnn.types import Variables


@dataclass(frozen=True)
class CausalRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), unit j of which sees units i <= j of h_{t-1}.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. Of the
  recurrent kernel the entries below the diagonal are seen as 0, begin as 0, and
  have no derivative. `map_variables` replaces a mask in every cell. The start
  and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: after the example of `nn.map_variables`, `CausalDense`; Germain et al.
  (2015), MADE, which masks kernels so.
  """

  def seen(self, params: Variables) -> Variables:
    """The parameters of the cell, its kernel [features, features] masked."""
    return {**params, 'recurrent': jnp.triu(params['recurrent'])}


@dataclass(frozen=True)
class PolyakRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), of the parameters, or of their running average.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. Each
  call moves the collection `average`, [...] like `params`: momentum average +
  (1 - momentum) params. Where averaged is on, it stands for the parameters, and
  stays. `swap_collection` replaces a second network. The start and the padding
  are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Polyak & Juditsky (1992), Acceleration of Stochastic Approximation by
  Averaging, with weights that decay.
  """

  collections = ('average',)

  _: KW_ONLY
  momentum: Rate = 0.9
  averaged: bool = False

  def moved(self, average: Any, params: Any) -> Any:
    """momentum average + (1 - momentum) params, trees of [...]."""
    move = lambda a, p: self.momentum * a + (1 - self.momentum) * p
    return jax.tree.map(move, average, params)
