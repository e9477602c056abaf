"""Depth by a loop: layers of one kind, each under a name of its own."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dropout import Dropout
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime
from linen_rnn.residual import Residual


class LoopStack(nn.Module):
  """Layers in a row, of the names `layer_0`, `layer_1`, ...; [...] as they."""

  layer: Sequence[nn.Module]

  def __call__(self, xs):
    """xs [time, features] -> ys [time, features], every h [layers, ...]."""
    hs = []
    for layer in self.layer:
      xs, h = layer(xs)
      hs.append(h)
    return xs, jnp.stack(hs)


@as_model(streams=('dropout',), xs='time features')
def loop_stack(
  features: int,
  layers: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
) -> nn.Module:
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in Python.

  xs [time, features] -> ys [time, features], every h [layers, features]. The
  parameters are `layer_0`, `layer_1`, ...: what `stack` has in one tree.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """

  def layer() -> nn.Module:  # a module that is used twice is one layer
    cell = ElmanCell(
      features,
      jnp.tanh,
      recurrent_init,
      kernel_init,
      bias_init,
      dtype,
      param_dtype,
    )
    rnn = OverTime(cell, reverse=False, unroll=1)
    return Residual(rnn, Dropout(rate, deterministic))

  return LoopStack([layer() for _ in range(layers)])
