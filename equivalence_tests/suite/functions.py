"""Functions that a hyperparameter may be, each by a name that can be pasted."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.merging import concatenate
from core_rnn.model import Named, by_place


def custom_w_init():
  """The scan notebook's first style: a factory of init(key, shape)."""

  def init(rng, shape):
    return jax.random.uniform(rng, shape, minval=-0.1, maxval=0.1)

  return init


def another_custom_w_init(rng, shape, dtype=jnp.float32):
  """The scan notebook's second style: init(key, shape, dtype) itself."""
  return jax.random.uniform(rng, shape, minval=-0.1, maxval=0.1, dtype=dtype)


def truncated(key, shape, dtype=jnp.float32):
  """Normal draws, without those further from 0 than 2."""
  return jax.random.truncated_normal(key, -2, 2, shape, dtype)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
  'tanh': jnp.tanh,
  'sin': jnp.sin,
  'relu': jax.nn.relu,
  'uniform': uniform(),
  'wide': uniform(0.5),
  'normal': jax.random.normal,
  'truncated': truncated,
  'laplace': jax.random.laplace,
  'zeros': zeros,
  'ones': ones,
  'custom_w_init': custom_w_init(),
  'another_custom_w_init': another_custom_w_init,
  'concatenate': concatenate,
  'add': jnp.add,
}


def function(value: Any) -> Any:
  """The function of a name, ours or `module:name`; any other value as it is.

  Raises:
    ImportError, AttributeError: there is nothing at `module:name`.
  """
  if not isinstance(value, str):
    return value
  module, colon, name = value.partition(':')
  return Named(module, name).find() if colon else FUNCTIONS.get(value, value)


def reference(value: Any) -> Any:
  """A function as `module:name`, so that it can be pasted; or the value.

  Raises:
    ValueError: the function is nowhere to be found by a name.
  """
  if not callable(value) or isinstance(value, type):
    return value
  place = by_place(value)
  if not isinstance(place, Named):
    raise ValueError(f'expected a function of a module, got {value!r}')
  return f'{place.module}:{place.name}'
