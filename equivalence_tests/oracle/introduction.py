"""The Linen introduction, as loops and as its own classes.

The classes are the source's, as short as they get: `nn.Dense` leaves the dtype
to its input, so the variables are cast to that of the computation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from flax import linen as nn

from equivalence_tests.oracle.first import affine
from equivalence_tests.oracle.gates import lstm
from equivalence_tests.oracle.rounding import Real, real, relu, stack

Params = Mapping[str, Any]


def mlp(variables: Params, x: Any, hyperparameters: dict[str, Any]) -> Real:
  """y_l = relu(y_{l-1} W_l + b_l), the last without: x [inputs] -> [features].

  Source: Rumelhart et al. (1986), section "The generalized delta rule"; with
  the rectifier of Nair & Hinton (2010).
  """
  del hyperparameters
  layers = variables['params']
  y = real(x)
  for i in range(len(layers) - 1):
    y = relu(affine(layers[f'layers_{i}'], y))
  return affine(layers[f'layers_{len(layers) - 1}'], y)


def simple_scan(
  variables: Params, xs: np.ndarray, hyperparameters: dict[str, Any]
) -> Any:
  """The LSTM over each xs_b: xs [batch, time, inputs].

  Source: Hochreiter & Schmidhuber (1997), as `gates.lstm_step` has it.
  """
  size = {**hyperparameters, 'features': xs.shape[-1]}
  cell = {'params': {'cell': variables['params']['lstm_cell']}}
  each = [lstm(cell, x, size) for x in xs]
  carry = tuple(
    stack([carry[leaf] for carry, _ in each], xs.shape[2:]) for leaf in (0, 1)
  )
  return carry, stack([hs for _, hs in each], xs.shape[1:])


class ExplicitDense(nn.Module):
  """The source's: y = x W + b, of parameters made in `setup`."""

  features_in: int
  features: int
  kernel_init: Callable[..., Any] = nn.initializers.lecun_normal()
  bias_init: Callable[..., Any] = nn.initializers.zeros_init()

  def setup(self):
    """W [features_in, features], b [features]."""
    shape = (self.features_in, self.features)
    self.kernel = self.param('kernel', self.kernel_init, shape)
    self.bias = self.param('bias', self.bias_init, (self.features,))

  def __call__(self, inputs):
    """Inputs [features_in] -> y [features]."""
    contract = (((inputs.ndim - 1,), (0,)), ((), ()))
    return jax.lax.dot_general(inputs, self.kernel, contract) + self.bias


class SimpleMLP(nn.Module):
  """The source's: layers named where they are called, each under wrap."""

  features: Sequence[int]
  wrap: Callable[[Any], Any] = lambda layer: layer

  @nn.compact
  def __call__(self, inputs):
    """Inputs [inputs] -> y [features[-1]]."""
    x = inputs
    for i, feat in enumerate(self.features):
      x = self.wrap(nn.Dense)(feat, name=f'layers_{i}')(x)
      if i != len(self.features) - 1:
        x = nn.relu(x)
    return x


class ExplicitMLP(nn.Module):
  """The source's: a list of layers, made in `setup`."""

  features: Sequence[int]

  def setup(self):
    """The layers: y_l is [features[l]]."""
    self.layers = [nn.Dense(feat) for feat in self.features]

  def __call__(self, inputs):
    """Inputs [inputs] -> y [features[-1]]."""
    x = inputs
    for i, lyr in enumerate(self.layers):
      x = lyr(x)
      if i != len(self.layers) - 1:
        x = nn.relu(x)
    return x


class SimpleScan(nn.Module):
  """The source's: the LSTM of Flax, scanned along axis 1.

  Adapted to a cell that has its features: `initialize_carry` is a method of it
  that takes the shape of an input, and `dtype` is given.
  """

  dtype: Any = None

  @nn.compact
  def __call__(self, xs):
    """Xs [batch, time, features] -> (c, h) [batch, features], hs as xs."""
    dummy_rng = jax.random.PRNGKey(0)
    given = {'features': xs.shape[-1], 'dtype': self.dtype}
    given['param_dtype'] = self.dtype or jax.numpy.float32
    given['recurrent_kernel_init'] = nn.initializers.zeros
    cell = nn.LSTMCell(**given, parent=None)
    init_carry = cell.initialize_carry(dummy_rng, xs[:, 0].shape)
    LSTM = nn.scan(
      nn.LSTMCell,
      in_axes=1,
      out_axes=1,
      variable_broadcast='params',
      split_rngs={'params': False},
    )
    return LSTM(**given, name='lstm_cell')(init_carry, xs)


def as_source(
  make: Callable[[dict[str, Any]], nn.Module],
) -> Callable[..., Any]:
  """Class of the source -> what it returns in the dtype of the computation."""

  def flax(variables: Params, x: Any, hyperparameters: dict[str, Any]) -> Any:
    dtype = hyperparameters['dtype']
    cast = lambda leaf: jax.numpy.asarray(leaf, dtype)
    return make(hyperparameters).apply(jax.tree.map(cast, variables), cast(x))

  return flax


flax_explicit_dense = as_source(
  lambda given: ExplicitDense(given['features_in'], given['features'])
)
flax_mlp = as_source(lambda given: SimpleMLP(given['features']))
flax_explicit_mlp = as_source(lambda given: ExplicitMLP(given['features']))
flax_jit_mlp = as_source(lambda given: SimpleMLP(given['features'], nn.jit))
flax_remat_mlp = as_source(lambda given: nn.remat(SimpleMLP)(given['features']))
flax_simple_scan = as_source(lambda given: SimpleScan(given['dtype']))
