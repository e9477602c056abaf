"""The words of the shape annotations, and the types that all ways share.

Axis legend, as jaxtyping strings use it:

  time      steps of a sequence; may be 0
  inputs    entries of one input x_t
  features  entries of one output, and of a recurrent carry
  outputs   entries of what a layer inside a cell returns
  height    rows of an image
  width     columns of an image
  queries   positions that attend
  keys      positions that are attended to
  sources   entries of what stands at one of these
  ...       any axes, none among them
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from jaxtyping import Array, Float, Key, UInt32

Activation = Callable[[Float[Array, '...']], Float[Array, '...']]
"""An elementwise function, [...] to [...]."""


class BothWays(NamedTuple):
  """What two networks return, forward and backward in time: trees of [...]."""

  forward: Any
  backward: Any


DType = Any
"""What NumPy takes for a dtype: `jnp.bfloat16`, `'float32'`, ..."""

Features = Float[Array, 'features']
"""One output, or one carry: shape [features]."""

Initializer = Callable[..., Float[Array, '...']]
"""`init(key, shape, dtype)`, or `init(key, shape)`, to an array of shape."""

Inputs = Float[Array, 'inputs']
"""One input x_t: shape [inputs]."""


Keys = Float[Array, 'keys features']
"""What stands at each position that is attended to: shape [keys, features]."""


class LSTMCarry(NamedTuple):
  """What an LSTM hands from step to step: memory c and output h, [...]."""

  c: Float[Array, '...']
  h: Float[Array, '...']


PRNGKey = Key[Array, ''] | UInt32[Array, 'words']
"""A key of `jax.random.key`, shape []; or an older `PRNGKey`, shape [words]."""

Queries = Float[Array, 'queries features']
"""What stands at each position that attends: shape [queries, features]."""


class Sensitive(NamedTuple):
  """h, and dh, its derivative by a scale of all parameters: [..., features]."""

  h: Any
  dh: Any


class Traced(NamedTuple):
  """h [features], and a number for each parameter, [...]."""

  h: Features
  traces: Any


Variables = Mapping[str, Any]
"""Collections by name, each a nest of dicts with arrays at its leaves."""
