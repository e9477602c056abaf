"""The Elman network, with a cell in the form of Flax's cells and `nn.RNN`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.model import Model
from core_rnn.types import Activation, DType, Initializer

from .alone import Alone


class ElmanCell(nn.SimpleCell):
  """The cell, with the variable names of this project."""

  @nn.compact
  def __call__(self, carry, inputs):
    """Return h_t and y_t = h_t, each [features]."""
    shape, draw = (self.features, self.features), self.recurrent_kernel_init
    recurrent = self.param('recurrent', draw, shape, self.param_dtype)
    dense = nn.Dense(
      self.features,
      kernel_init=self.kernel_init,
      bias_init=self.bias_init,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
      name='input',
    )
    z = carry @ recurrent.astype(carry.dtype) + dense(inputs)
    h = self.activation_fn(z)
    return h, h


def elman(
  features: int,
  activation: Activation = jnp.tanh,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
) -> Model:
  """Return a model: xs [time, inputs] -> h, hs [time, features]."""
  cell = ElmanCell(
    features,
    activation,
    recurrent_kernel_init=typed(recurrent_init),
    kernel_init=typed(kernel_init),
    bias_init=typed(bias_init),
    # Flax's own would begin in param_dtype, whatever dtype is
    carry_init=lambda key, shape, _: jnp.zeros(shape, dtype or param_dtype),
    dtype=dtype,
    param_dtype=param_dtype,
  )
  rnn = Alone(
    cell,
    return_carry=True,
    reverse=reverse,
    keep_order=True,
    unroll=unroll,
    zero_padding=zero_padding,
  )
  return Model(rnn.init, rnn.apply)
