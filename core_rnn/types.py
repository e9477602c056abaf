"""The words of the shape annotations, and the types that all ways share.

Axis legend, as jaxtyping strings use it:

  time      steps of a sequence; may be 0
  inputs    entries of one input x_t
  features  entries of one output, and of a recurrent carry
  outputs   entries of the output of a layer inside a cell
  height    rows of an image
  width     columns of an image
  queries   positions that attend
  keys      positions that are attended to
  sources   entries of one of these positions
  ...       any number of axes, or none
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Array, Float, Key, UInt32
from typing_extensions import TypeAliasType

Activation = TypeAliasType(
  'Activation', Callable[[Float[Array, '...']], Float[Array, '...']]
)
"""An elementwise function, [...] to [...]."""


class BothWays(NamedTuple):
  """The results of two networks: forward and backward in time."""

  forward: Any
  backward: Any


DType = Any
"""What NumPy takes for a dtype: `jnp.bfloat16`, `'float32'`, ..."""

Features = Float[Array, 'features']
"""One output, or one carry: shape [features]."""

Initializer = TypeAliasType('Initializer', Callable[..., Float[Array, '...']])
"""`init(key, shape, dtype)`, or `init(key, shape)`, to an array of shape."""

Inputs = Float[Array, 'inputs']
"""One input x_t: shape [inputs]."""


@runtime_checkable
class Layer(Protocol):
  """What a layer needs to know of its network."""

  @property
  def features(self) -> int:
    """The size of the output."""

  @property
  def dtype(self) -> DType | None:
    """The dtype of the computation; None for the dtype of the input."""

  @property
  def param_dtype(self) -> DType:
    """The dtype of the parameters."""


class LSTMCarry(NamedTuple):
  """The carry of an LSTM: memory c and output h."""

  c: Float[Array, '...']
  h: Float[Array, '...']


class Pondering(NamedTuple):
  """The state of a loop over one input.

  Attributes:
    looks: the number of iterations so far.
    size: max |x|, halved in every iteration.
    h: the state of the network, [features].
  """

  looks: Any
  size: Any
  h: Features


PRNGKey = Key[Array, ''] | UInt32[Array, 'words']
"""A key of `jax.random.key`, shape []; or an older `PRNGKey`, shape [words]."""


class Sensitive(NamedTuple):
  """h [features], and dh, its derivative by a scale of all parameters."""

  h: Any
  dh: Any


class Traced(NamedTuple):
  """h [features], and a trace for each parameter."""

  h: Features
  traces: Any


Variables = Mapping[str, Any]
"""Collections by name, each a nest of dicts with arrays at its leaves."""
