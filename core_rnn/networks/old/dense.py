"""Dense layers, and several of them in a row."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from jax import nn

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Initializer, Size, Sizes
from core_rnn.networks.old.typed import Typed
from core_rnn.types import Features


@dataclass(frozen=True)
class Product(Typed):
  """y = x W, for one x [inputs] -> y [features]: W [inputs, features]."""

  arguments = {'x': 'inputs'}

  features: Size
  _: KW_ONLY
  kernel_init: Initializer = uniform()


@dataclass(frozen=True)
class Dense(Product):
  """y = x W + b, for one x: W [inputs, features], b [features].

  x [inputs] -> y [features]. Computed in dtype, which None leaves to x.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleDense`.
  """

  _: KW_ONLY
  bias_init: Initializer = zeros


@dataclass(frozen=True)
class ExplicitDense(Dense):
  """y = x W + b, for one x: W [features_in, features], b [features].

  x [features_in] -> y [features]. The size of x is given, not inferred, so
  that the parameters can be made before there is any x: `setup`, in linen.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitDense`.
  """

  arguments = {'x': 'features_in'}

  features_in: Size


@dataclass(frozen=True)
class MLP(Typed):
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleMLP`.
  """

  arguments = {'x': 'inputs'}

  features: Sizes
  _: KW_ONLY
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros

  @cached_property
  def layers(self) -> dict[str, Dense]:
    """Each layer [features[l]] by its name, the first one first."""
    return {
      f'layers_{number}': Dense(
        features,
        kernel_init=self.kernel_init,
        bias_init=self.bias_init,
        dtype=self.dtype,
        param_dtype=self.param_dtype,
      )
      for number, features in enumerate(self.features)
    }

  def activated(self, layer: str, y: Features) -> Features:
    """relu(y), but y for the last layer: [features[l]]."""
    return (
      y if layer == f'layers_{len(self.features) - 1}' else nn.relu(y)
    )


@dataclass(frozen=True)
class ExplicitMLP(MLP):
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. The layers are made first and called then; it is
  the same tree, and the same program, as `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitMLP`.
  """


@dataclass(frozen=True)
class JitMLP(MLP):
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. Each is compiled by itself, and draws from a key
  of its own, so that the initial values are not those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MLP` under Jit.
  """


@dataclass(frozen=True)
class FoldedMLP(MLP):
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`, and begin as those of `jit_mlp`, though nothing is
  compiled by itself: what was trained with `jit` is made again without.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MLP` under Jit, and `nn.fold_rngs`.
  """


@dataclass(frozen=True)
class RematMLP(MLP):
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. For its gradient the whole is computed again
  instead of kept; its initial values are those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RematMLP`.
  """
