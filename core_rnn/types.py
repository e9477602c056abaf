"""The words of the shape annotations, and the types that all ways share.

Axis legend, as jaxtyping strings use it:

  time      steps of a sequence; may be 0
  inputs    entries of one input x_t
  features  entries of one output, and of a recurrent carry
  ...       any axes, none among them
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from jaxtyping import Array, Float, Key, UInt32

Activation = Callable[[Float[Array, '...']], Float[Array, '...']]
"""An elementwise function, [...] to [...]."""

DType = Any
"""What NumPy takes for a dtype: `jnp.bfloat16`, `'float32'`, ..."""

Features = Float[Array, 'features']
"""One output, or one carry: shape [features]."""

Initializer = Callable[..., Float[Array, '...']]
"""`init(key, shape, dtype)`, or `init(key, shape)`, to an array of shape."""

Inputs = Float[Array, 'inputs']
"""One input x_t: shape [inputs]."""


class LSTMCarry(NamedTuple):
  """What an LSTM hands from step to step: memory c and output h, [...]."""

  c: Float[Array, '...']
  h: Float[Array, '...']


PRNGKey = Key[Array, ''] | UInt32[Array, '2']
"""A key of `jax.random.key`, shape []; or the older `PRNGKey`, shape [2]."""

Variables = Mapping[str, Any]
"""Collections by name, each a nest of dicts with arrays at its leaves."""
