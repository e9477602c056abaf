"""One row per model: what it takes, the settings it is judged in, its oracle.

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

from core_rnn.initializers import uniform, zeros
from equivalence_tests import oracle


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

  Attributes:
    model: its name.
    line: what it is, for `--list`.
    arguments: name -> axes of the arguments.
    optional: name -> axes of the optional arguments.
    choices: hyperparameter -> the handful it is drawn from.
    sizes: axis -> the handful of its sizes.
    rows: settings that every claim is judged in, simplest first.
    oracle: float64 loop, and the scale of its rounding.
    flax: the same by Flax's own cell.
  """

  model: str
  line: str
  arguments: Mapping[str, str]
  optional: Mapping[str, str]
  choices: Mapping[str, tuple[Any, ...]]
  sizes: Mapping[str, tuple[int, ...]]
  rows: tuple[Setting, ...]
  oracle: Callable[..., Any]
  flax: Callable[..., Any]


def custom_w_init():
  """The scan notebook's first style: a factory of init(key, shape)."""

  def init(rng, shape):
    return jax.random.uniform(rng, shape, minval=-0.1, maxval=0.1)

  return init


def another_custom_w_init(rng, shape, dtype=jnp.float32):
  """The scan notebook's second style: init(key, shape, dtype) itself."""
  return jax.random.uniform(rng, shape, minval=-0.1, maxval=0.1, dtype=dtype)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
  'tanh': jnp.tanh,
  'sin': jnp.sin,
  'relu': jax.nn.relu,
  'uniform': uniform(),
  'zeros': zeros,
  'custom_w_init': custom_w_init(),
  'another_custom_w_init': another_custom_w_init,
}

INITIALIZERS = ('uniform', 'custom_w_init', 'another_custom_w_init')

# dtype of the arguments -> (dtype, param_dtype) that go with it
PRECISIONS: Mapping[str, tuple[tuple[str | None, str], ...]] = {
  'float32': ((None, 'float32'), ('bfloat16', 'float32')),
  'bfloat16': ((None, 'bfloat16'), ('float32', 'bfloat16')),
  'float64': ((None, 'float64'), ('float32', 'float64')),
}


def hyperparameters(setting: Setting) -> dict[str, Any]:
  """What the factory is called with: names of functions become functions."""
  return {
    name: FUNCTIONS.get(value, value) if isinstance(value, str) else value
    for name, value in setting.hyperparameters.items()
  }


def shape(case: Case, setting: Setting, argument: str) -> tuple[int, ...]:
  """The shape of an argument, without a batch axis."""
  axes = {**case.arguments, **case.optional}[argument].split()
  sizes = {**setting.hyperparameters, **setting.sizes}
  return tuple(sizes[axis] for axis in axes)


def batched_shape(
  case: Case, setting: Setting, argument: str
) -> tuple[int, ...]:
  """The shape of an argument, with a batch axis where the setting has one."""
  axes = (setting.batch,) if setting.batch else ()
  return axes + shape(case, setting, argument)


def split(
  case: Case, setting: Setting, xs: tuple[Any, ...]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
  """The given arguments as the required ones, and the optional by name."""
  count = len(case.arguments)
  return xs[:count], dict(zip(setting.optional, xs[count:], strict=True))


def given(case: Case, setting: Setting) -> tuple[str, ...]:
  """The names of the arguments that are given, in their order."""
  return (*case.arguments, *setting.optional)


def argument_dtype(case: Case, setting: Setting, argument: str) -> Any:
  """The dtype of an argument: of the computation, for an optional one."""
  computed = setting.hyperparameters.get('dtype') or setting.dtype
  return jnp.dtype(computed if argument in case.optional else setting.dtype)


def arrays(case: Case, example: Example) -> tuple[np.ndarray, ...]:
  """The arguments, with a batch axis in front where the setting has one."""
  setting = example.setting
  random = np.random.default_rng(example.key)
  made = []
  for index, argument in enumerate(given(case, setting)):
    axes = batched_shape(case, setting, argument)
    dtype = argument_dtype(case, setting, argument)
    if example.characters and index == 0:
      array = np.eye(axes[-1])[list(example.characters)].reshape(axes)
    elif example.values:
      array = np.asarray(example.values[index], float).reshape(axes)
    else:
      array = random.normal(size=axes)
    with np.errstate(over='ignore', invalid='ignore'):
      made.append(array.astype(dtype))
  return tuple(made)


@cache
def real_text() -> str:
  """The characters of Python's own reference, that every Python carries."""
  return '\n'.join(pydoc_data.topics.topics.values())


@cache
def indices(text: str) -> tuple[int, ...]:
  """Each character as its place in the sorted alphabet of the text."""
  place = {character: i for i, character in enumerate(sorted(set(text)))}
  return tuple(place[character] for character in text)


DENSE = Case(
  model='dense',
  line='a dense layer, y = x W + b',
  arguments={'x': 'inputs'},
  optional={},
  choices={
    'features': (1, 3),
    'kernel_init': INITIALIZERS,
    'bias_init': ('zeros', 'uniform'),
  },
  sizes={'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, {'inputs': 2}),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16'}, {'inputs': 2}, 'bfloat16'
    ),
    Setting(
      {'features': 3, 'param_dtype': 'float64'}, {'inputs': 2}, 'float64', 2
    ),
    Setting(
      {'features': 1, 'bias_init': 'custom_w_init', 'dtype': 'bfloat16'},
      {'inputs': 1},
    ),
  ),
  oracle=oracle.dense,
  flax=oracle.flax_dense,
)

SIZES = {'time': 5, 'inputs': 2}
ELMAN = Case(
  model='elman',
  line='the Elman network, h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))',
  arguments={'xs': 'time inputs'},
  optional={'initial_carry': 'features'},
  choices={
    'features': (1, 3),
    'activation': ('tanh', 'sin', 'relu'),
    'recurrent_init': INITIALIZERS,
    'kernel_init': INITIALIZERS,
    'bias_init': ('zeros', 'uniform'),
    'reverse': (False, True),
    'unroll': (1, 2),
  },
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {
        'features': 3,
        'param_dtype': 'bfloat16',
        'reverse': True,
        'unroll': 2,
      },
      SIZES,
      'bfloat16',
      optional=('initial_carry',),
    ),
    Setting({'features': 3}, {'time': 0, 'inputs': 2}),
    Setting(
      {
        'features': 1,
        'activation': 'relu',
        'recurrent_init': 'custom_w_init',
        'kernel_init': 'another_custom_w_init',
        'bias_init': 'uniform',
      },
      {'time': 1, 'inputs': 1},
    ),
    Setting({'features': 3, 'dtype': 'bfloat16', 'reverse': True}, SIZES),
    Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64', 2),
  ),
  oracle=oracle.elman,
  flax=oracle.flax_elman,
)

CASES: Mapping[str, Case] = {case.model: case for case in (DENSE, ELMAN)}
