"""What the suite knows of a model: what it takes, its settings, its oracle.

A Setting picks a program: hyperparameters, sizes, dtype. An Example adds the
values. Both are plain literals, so that a failing one can be pasted.
"""

import pydoc_data.topics
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.equations.merging import concatenate
from core_rnn.initializers import ones, uniform, zeros
from core_rnn.networks.network import Network
from equivalence_tests.suite.naming import model_of


class Setting(NamedTuple):
  """What picks a program.

  Attributes:
    hyperparameters: of the factory; functions by their name in `FUNCTIONS`.
    sizes: of the axes of the arguments, `{'time': 5, 'inputs': 3}`.
    dtype: of the arguments.
    batch: size of an axis that `vmap` maps over, in front; 0 for none.
    optional: the optional arguments that are given.
  """

  hyperparameters: dict[str, Any]
  sizes: dict[str, int]
  dtype: str = 'float32'
  batch: int = 0
  optional: tuple[str, ...] = ()


class Example(NamedTuple):
  """A setting and the values it runs on.

  Attributes:
    setting: what picks the program.
    key: seed of every key, cotangent and tangent.
    values: the arguments, nested lists; () for draws from the key.
    characters: instead, the indices of a one-hot text, for the first argument.
  """

  setting: Setting
  key: int = 0
  values: tuple[Any, ...] = ()
  characters: tuple[int, ...] = ()


class Case(NamedTuple):
  """A model and all that the suite knows of it.

  The axes of an argument are named in a string, `'time inputs'`, or in a tree
  of them, or by a function of the setting.

  Attributes:
    model: its name.
    arguments: name -> axes of the arguments.
    choices: hyperparameter -> the handful it is drawn from, where its
      annotation does not say.
    sizes: axis -> the handful of its sizes.
    rows: settings that every claim is judged in, simplest first.
    oracle: float64 loop, and the scale of its rounding.
    optional: name -> axes of the optional arguments.
    flax: the same as the oracle by Flax's own cell, where it has one.
    streams: what `apply` draws from.
    state: the collections that `apply` moves.
    lengths: the arguments that are integers, from 0 to `time`.
    divisors: hyperparameter -> hyperparameters and axes, the first given of
      which it must divide.
    text: whether it reads characters, one-hot.
    lacks: the programs that JAX makes none of in a setting, or in all: `jvp`,
      where a rule is given for reverse derivatives alone.
  """

  model: str
  arguments: Mapping[str, Any]
  choices: Mapping[str, tuple[Any, ...]]
  sizes: Mapping[str, tuple[int, ...]]
  rows: tuple[Setting, ...]
  oracle: Callable[..., Any]
  optional: Mapping[str, Any] = {}
  flax: Callable[..., Any] | None = None
  streams: tuple[str, ...] = ()
  state: tuple[str, ...] = ()
  lengths: tuple[str, ...] = ()
  divisors: Mapping[str, tuple[str, ...]] = {}
  text: bool = False
  lacks: Callable[[Setting], tuple[str, ...]] | tuple[str, ...] = ()


def of_network(
  network: type[Network],
  carry: Any = None,
  arguments: Mapping[str, Any] | None = None,
  **rest: Any,
) -> Case:
  """The case of a network of ours, which says most of what a case is.

  Args:
    network: its class.
    carry: the axes of what the model carries, if it can be given.
    arguments: where their axes depend on the setting.
    **rest: what the suite adds: choices, sizes, rows, an oracle.
  """
  optional = {
    name: carry if axes == 'carry' else axes
    for name, axes in network.optional.items()
  }
  return Case(
    model=model_of(network.__name__),
    arguments=network.arguments if arguments is None else arguments,
    optional=optional,
    streams=network.streams,
    state=network.collections,
    lengths=tuple(n for n, axes in network.optional.items() if axes != 'carry'),
    divisors=network.divisors,
    **rest,
  )


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


def hyperparameters(setting: Setting) -> dict[str, Any]:
  """What the factory is called with: names of functions become functions."""
  return {
    name: FUNCTIONS.get(value, value) if isinstance(value, str) else value
    for name, value in setting.hyperparameters.items()
  }


def structs(case: Case, setting: Setting, argument: str, batch: int = 0) -> Any:
  """The shape and dtype of an argument, or the tree of them that it is.

  An optional one is of the dtype of the computation; batch, where there is
  one, is an axis in front.
  """
  axes = {**case.arguments, **case.optional}[argument]
  sizes = {**setting.hyperparameters, **setting.sizes}
  computed = setting.hyperparameters.get('dtype') or setting.dtype
  dtype = computed if argument in case.optional else setting.dtype
  if argument in case.lengths:  # of either kind of integer
    dtype = 'uint32' if setting.batch else 'int32'

  def struct(names: str) -> jax.ShapeDtypeStruct:
    shape = tuple(sizes[name] for name in names.split())
    lead = (batch,) if batch else ()
    return jax.ShapeDtypeStruct(lead + shape, jnp.dtype(dtype))

  return jax.tree.map(struct, axes(setting) if callable(axes) else axes)


def split(
  case: Case, setting: Setting, xs: tuple[Any, ...]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
  """The given arguments as the required ones, and the optional by name."""
  count = len(case.arguments)
  return xs[:count], dict(zip(setting.optional, xs[count:], strict=True))


def given(case: Case, setting: Setting) -> tuple[Any, ...]:
  """The shapes and dtypes of what `apply` is given, batched, in their order."""
  names = (*case.arguments, *setting.optional)
  return tuple(structs(case, setting, name, setting.batch) for name in names)


def arrays(case: Case, example: Example) -> tuple[Any, ...]:
  """The arguments, with a batch axis in front where the setting has one."""
  setting = example.setting
  random = np.random.default_rng(example.key)
  leaves, tree = jax.tree.flatten(given(case, setting))

  def array(index: int, leaf: jax.ShapeDtypeStruct) -> np.ndarray:
    if example.characters and index == 0:
      return np.eye(leaf.shape[-1])[list(example.characters)].reshape(
        leaf.shape
      )
    if example.values:
      return np.asarray(example.values[index], float).reshape(leaf.shape)
    if jnp.issubdtype(leaf.dtype, jnp.integer):
      return random.integers(0, setting.sizes['time'] + 1, leaf.shape)
    return random.normal(size=leaf.shape)

  with np.errstate(over='ignore', invalid='ignore'):
    made = [array(i, leaf).astype(leaf.dtype) for i, leaf in enumerate(leaves)]
  return jax.tree.unflatten(tree, made)


@cache
def real_text() -> str:
  """The characters of Python's own reference, that every Python carries."""
  return '\n'.join(pydoc_data.topics.topics.values())


@cache
def indices(text: str) -> tuple[int, ...]:
  """Each character as its place in the sorted alphabet of the text."""
  place = {character: i for i, character in enumerate(sorted(set(text)))}
  return tuple(place[character] for character in text)
