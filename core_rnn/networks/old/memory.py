"""Networks that compute again, on the way back, what they do not remember."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.networks.old.cells import Recurrent, Sequence
from core_rnn.networks.old.dense import Dense
from core_rnn.kinds import Initializer, Size
from core_rnn.networks.old.typed import Typed
from core_rnn.types import Features

POLICIES: dict[str, Callable[..., bool]] = {
  'states': jax.checkpoint_policies.nothing_saveable,
  'products': jax.checkpoint_policies.dots_saveable,
  'everything': jax.checkpoint_policies.everything_saveable,
}


@dataclass(frozen=True)
class RematRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), of which the way back remembers what is saved.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. Saved
  are the states alone, or also the products of matrices, or everything; what is
  not is computed once more. `remat` replaces a derivative by hand. The two
  computations are in two loops, so XLA need not be kept from merging them. The
  start and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Gruslys et al. (2016), Memory-Efficient Backpropagation Through Time,
  which saves states alone.
  """

  _: KW_ONLY
  saved: Literal['states', 'products', 'everything'] = 'states'

  @property
  def policy(self) -> Callable[..., bool]:
    """Whether a number of any shape [...] is saved."""
    return POLICIES[self.saved]


@dataclass(frozen=True)
class RematStack(Typed):
  """x_l = x_{l-1} + tanh(x_{l-1} W_l + b_l), for l = 1, ..., groups * layers.

  x [features] -> x [features]. The parameters have [groups, layers] in front.
  The way back remembers x before each group, and one group at a time: for n
  layers in n^(1/2) groups, 2 n^(1/2) of them. `remat_scan` replaces the loop in
  a loop.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Chen et al. (2016), Training Deep Nets with Sublinear Memory Cost,
  section 4.1.
  """

  arguments = {'x': 'features'}

  lengths: tuple[Size, Size]
  _: KW_ONLY
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros

  def dense(self, x: Features) -> Dense:
    """The layer, of x [features] to as many."""
    return Dense(
      x.shape[-1],
      kernel_init=self.kernel_init,
      bias_init=self.bias_init,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )

  def cast(self, x: Features) -> Any:
    """x [features] in the dtype that is computed in."""
    return x.astype(self.dtype or x.dtype)

  def added(self, x: Features, y: Features) -> Features:
    """x + tanh(y), of [features]."""
    return x + jnp.tanh(y)
