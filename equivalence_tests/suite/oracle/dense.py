"""Dense layers, as loops and as Flax, or the Linen introduction, has them.

The introduction's classes are as short as they get: `nn.Dense` leaves the dtype
to its input, so the variables are cast to that of the computation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
from flax import linen as nn

from equivalence_tests.suite.oracle.rounding import Real, real, relu

Params = Mapping[str, Any]


def affine(params: Mapping[str, Any], x: Any) -> Real:
  """y_j = sum_i x_i W_ij + b_j: x [inputs] -> y [features]; b may be absent."""
  y = real(x) @ params['kernel']
  return y + params['bias'] if 'bias' in params else y


def dense(
  variables: Mapping[str, Any], x: Real, hyperparameters: dict[str, Any]
) -> Any:
  """y = x W + b: x [inputs] -> y [features].

  Source: the Linen introduction, `SimpleDense`.
  """
  del hyperparameters
  return affine(variables['params'], x)


def flax_dense(
  variables: Mapping[str, Any], x: Any, hyperparameters: dict[str, Any]
) -> Any:
  """`nn.Dense`, on the same variables: x [inputs] -> y [features]."""
  layer = nn.Dense(
    hyperparameters['features'],
    dtype=hyperparameters.get('dtype'),
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
  )
  return layer.apply(variables, x)


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


def as_source(
  make: Callable[[dict[str, Any]], nn.Module],
) -> Callable[..., Any]:
  """Class of the source -> what it returns in the dtype of the computation."""

  def flax(
    variables: Params, x: Any, hyperparameters: dict[str, Any], **given: Any
  ) -> Any:
    dtype = hyperparameters['dtype']
    cast = lambda leaf: jax.numpy.asarray(leaf, dtype)
    variables, given = jax.tree.map(cast, (variables, given))
    return make(hyperparameters).apply(variables, cast(x), **given)

  return flax


flax_explicit_dense = as_source(
  lambda given: ExplicitDense(given['features_in'], given['features'])
)
flax_mlp = as_source(lambda given: SimpleMLP(given['features']))
flax_explicit_mlp = as_source(lambda given: ExplicitMLP(given['features']))
flax_jit_mlp = as_source(lambda given: SimpleMLP(given['features'], nn.jit))
flax_folded_mlp = as_source(
  lambda given: SimpleMLP(given['features'], nn.fold_rngs)
)
flax_remat_mlp = as_source(lambda given: nn.remat(SimpleMLP)(given['features']))
