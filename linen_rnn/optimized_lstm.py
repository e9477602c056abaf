"""The fused LSTM: one product of x_t, and one of h_{t-1}, for all its gates."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer, LSTMCarry
from linen_rnn.as_model import as_model
from linen_rnn.lstm import LSTMCell
from linen_rnn.over_time import OverTime
from linen_rnn.side_by_side import DenseParams, side_by_side


class OptimizedLSTMCell(LSTMCell):
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  @nn.compact
  def __call__(self, carry, x):
    """(c, h), x -> (c, h), h: x [inputs], the others [features]."""
    c, h = carry
    into = (self.features, self.kernel_init, None, self.param_dtype)
    back = (
      self.features,
      self.recurrent_init,
      self.bias_init,
      self.param_dtype,
    )

    def params(gate):
      of_x = DenseParams(*into, name=f'i{gate}')(x)
      return of_x, DenseParams(*back, name=f'h{gate}')(h)

    of_x, of_h = zip(*map(params, 'ifgo'), strict=True)
    from_h = side_by_side(of_h, h, h.dtype)
    from_x = side_by_side(of_x, x, h.dtype)
    gates = (nn.sigmoid, nn.sigmoid, jnp.tanh, nn.sigmoid)
    both = zip(gates, from_h, from_x, strict=True)
    i, f, g, o = (gate(a + b) for gate, a, b in both)
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def optimized_lstm(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> nn.Module:
  """The `lstm`, of the same variables: (i, f, g, o) = x W_i + (h W_h + b).

  W_i = [W_ii W_if W_ig W_io] [inputs, 4 features]; so W_h, and b.
  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `OptimizedLSTMCell`.
  """
  cell = OptimizedLSTMCell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return OverTime(cell, reverse, unroll)
