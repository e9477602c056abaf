"""The GRU, with Flax's cell and `nn.RNN`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.model import Model
from core_rnn.types import DType, Initializer

from .alone import Alone


def gru(
  features: int,
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
  cell = nn.GRUCell(
    features,
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
