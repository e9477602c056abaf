"""Traces of a local learning rule: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network
from core_rnn.types import Traced


@dataclass(frozen=True)
class LocalRNN(Network):
  """An Elman network that carries traces of a local learning rule.

  h_t = elman(h_{t-1}, x_t)   e_t = decay e_{t-1} + d(|h_t|^2 / 2)/dp

  where p are the parameters. The derivative is that of one step, for a
  constant h_{t-1}; `vjp` computes its outer products.

  Args: xs [time, inputs]; initial_carry (h_0, e_0), h_0 [features] and
  e_0 of the shapes of the parameters, 0 by default; seq_length [],
  after which xs is padding.
  Returns: (h, e) of the last step, and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: after Bellec et al. (2020), A Solution to the Learning Dilemma
  for Recurrent Networks of Spiking Neurons: eligibility traces.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  decay: Rate = 0.9  # of e, in each step
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters and e
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Traced:
    """Return h_0 = 0 [features], and e_0 = 0 for each parameter."""
    features, inputs = self.features, xs.shape[-1]
    zero = lambda *shape: jnp.zeros(shape, self.param_dtype)
    dense = {'kernel': zero(inputs, features), 'bias': zero(features)}
    traces = {'recurrent': zero(features, features), 'input': dense}
    h = jnp.zeros(features, self.dtype or xs.dtype)
    return Traced(h, traces)
