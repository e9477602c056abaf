"""What the suite knows of a model: what it takes, its settings, its oracle.

A Setting picks a program: hyperparameters, sizes, dtype. An Example adds the
values. Both are plain literals, so that a failing one can be pasted.
"""

import inspect
import pydoc_data.topics
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.networks.network import Network
from equivalence_tests.suite.functions import function, reference
from equivalence_tests.suite.handfuls import handful
from equivalence_tests.suite.naming import model_of
from equivalence_tests.suite.oracle.variables import STORED, VARIABLES


class Setting(NamedTuple):
  """What picks a program.

  Attributes:
    hyperparameters: of the factory; functions by name, as `functions` has it.
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


Reasons = Callable[[Setting], Mapping[str, str]] | Mapping[str, str]


class Case(NamedTuple):
  """A model and all that the suite knows of it.

  The axes of an argument are named in a string, `'time inputs'`, or in a tree
  of them, or by a function of the setting.

  Attributes:
    model: its name.
    arguments: name -> axes of the arguments.
    sizes: axis -> the handful of its sizes.
    rows: settings that every claim is judged in, simplest first.
    choices: hyperparameter -> the handful it is drawn from, where its
      annotation does not say, or says too little.
    oracle: float64 loop, and the scale of its rounding; None where there is
      none, and its claim is not made.
    optional: name -> axes of the optional arguments.
    flax: the same as the oracle by Flax's own cell, where it has one.
    streams: what `apply` draws from.
    state: the collections that `apply` moves.
    lengths: optional argument that is of integers -> the axis, up to the size
      of which they go, from 0 on.
    below: argument that is of integers -> the axis or hyperparameter, the size
      of which they stay below.
    call: what `init` and `apply` are called with besides, always the same.
    divisors: hyperparameter -> hyperparameters and axes, the first given of
      which it must divide.
    text: whether it reads characters, one-hot.
    writes: whether it returns, last, logits of the integers that come next.
    lacks: the programs that JAX makes none of in a setting, or in all: `jvp`,
      where a rule is given for reverse derivatives alone.
    variables: the axes of the variables, a tree of strings or a function of the
      setting to one, see `oracle.variables`; None where they are not declared.
    stored: where the paths of outputs begin that have the dtype of the
      parameters; all others have that of the computation.
    not_judged: what the oracle does not judge in a setting, or in all, and the
      reason for each: `outputs` and with them derivatives, where the loop does
      not support the setting; `derivatives`; or `dtypes of outputs`.
  """

  model: str
  arguments: Mapping[str, Any]
  sizes: Mapping[str, tuple[int, ...]]
  rows: tuple[Setting, ...]
  choices: Mapping[str, tuple[Any, ...]] = {}
  oracle: Callable[..., Any] | None = None
  optional: Mapping[str, Any] = {}
  flax: Callable[..., Any] | None = None
  streams: tuple[str, ...] = ()
  state: tuple[str, ...] = ()
  lengths: Mapping[str, str] = {}
  below: Mapping[str, str] = {}
  call: Mapping[str, Any] = {}
  divisors: Mapping[str, tuple[str, ...]] = {}
  text: bool = False
  writes: bool = False
  lacks: Callable[[Setting], tuple[str, ...]] | tuple[str, ...] = ()
  variables: Any = None
  stored: tuple[str, ...] = ()
  not_judged: Reasons = MappingProxyType({})

  def why_not(self, claim: str) -> str | None:
    """Why a claim is not made of the model, whichever way it is written."""
    lacking = claim == 'oracle' and self.oracle is None
    return 'the case has no loop' if lacking else None

  def unjudged(self, setting: Setting) -> dict[str, str]:
    """Return what the oracle does not judge in a setting -> the reason."""
    said = self.not_judged
    found = dict(said(setting) if callable(said) else said)
    if self.variables is None:
      shapes = 'shapes of variables'
      found.setdefault(shapes, 'the case declares no variables')
    return found


def of_network(
  network: type[Network],
  sizes: Mapping[str, int | tuple[int, ...]],
  carry: Any = None,
  arguments: Mapping[str, Any] | None = None,
  choices: Mapping[str, tuple[Any, ...]] | None = None,
  rows: Sequence[Setting] = (),
  **rest: Any,
) -> Case:
  """The case of a network, which says most of what a case is.

  Args:
    network: its class.
    sizes: axis -> its size, or a handful of them.
    carry: the axes of what the model carries, if it can be given.
    arguments: those whose axes depend on the setting, optional ones too.
    choices: where the annotations of the network say too little.
    rows: where those that it says by itself are too few: `usual_rows`.
    **rest: what else there is: an oracle, Flax's own, text.
  """
  said = {**network.arguments, **network.optional, **(arguments or {})}
  optional = {
    name: carry if axes == 'carry' else said[name]
    for name, axes in network.optional.items()
  }
  few = {n: (s,) if isinstance(s, int) else tuple(s) for n, s in sizes.items()}
  named = {
    name: tuple(map(reference, values))
    for name, values in (choices or {}).items()
  }
  return Case(
    model=model_of(network.__name__),
    arguments={name: said[name] for name in network.arguments},
    sizes=few,
    choices=named,
    rows=tuple(rows) or usual_rows(network, few, named),
    optional=optional,
    streams=network.streams,
    state=network.collections,
    lengths=lengths_of(network),
    below=network.integers,
    divisors=network.divisors,
    **{**declared(model_of(network.__name__)), **rest},
  )


def declared(model: str) -> dict[str, Any]:
  """Return what `oracle.variables` says of a model of ours."""
  return {
    'variables': VARIABLES.get(model),
    'stored': STORED.get(model, ()),
  }


def lengths_of(network: type[Network]) -> dict[str, str]:
  """The optional arguments that are integers -> what they count entries of."""
  return {
    name: network.counts.get(name, 'time')
    for name, axes in network.optional.items()
    if axes != 'carry'
  }


def usual_rows(
  network: type[Network],
  sizes: Mapping[str, tuple[int, ...]],
  choices: Mapping[str, tuple[Any, ...]],
) -> tuple[Setting, ...]:
  """Rows of three precisions: plain, a batch with all that is optional, wide.

  Sizes, and hyperparameters that have no default, are the last of those known.

  Raises:
    LookupError: a hyperparameter has no default, and no value is known.
  """
  taken = inspect.signature(network).parameters
  chosen = {
    name: [*choices.get(name, handful(parameter.annotation))]
    for name, parameter in taken.items()
    if parameter.default is inspect.Parameter.empty
  }
  for name, values in chosen.items():
    if not values:
      model = model_of(network.__name__)
      raise LookupError(f'{model}: {name}: the case has no choices for it')
  needed = {name: values[-1] for name, values in chosen.items()}
  largest = {axis: few[-1] for axis, few in sizes.items()}
  stored = {'param_dtype'} & {*taken}

  def row(dtype: str, *how: Any) -> Setting:
    return Setting(
      {**needed, **dict.fromkeys(stored, dtype)}, largest, dtype, *how
    )

  batch = 2 if network.arguments else 0
  return (
    Setting(needed, largest),
    row('bfloat16', batch, tuple(network.optional)),
    row('float64'),
  )


def hyperparameters(setting: Setting) -> dict[str, Any]:
  """What the factory is called with: names of functions become functions."""
  return {
    name: function(value) for name, value in setting.hyperparameters.items()
  }


def structs(case: Case, setting: Setting, argument: str, batch: int = 0) -> Any:
  """The shape and dtype of an argument, or the tree of them that it is.

  An optional one is of the dtype of the computation, or where its axes say so,
  as in `param_dtype: features`, of that; batch, where there is one, is an axis
  in front.
  """
  axes = {**case.arguments, **case.optional}[argument]
  sizes = {**setting.hyperparameters, **setting.sizes}
  computed = setting.hyperparameters.get('dtype') or setting.dtype
  dtype = computed if argument in case.optional else setting.dtype
  if argument in (*case.lengths, *case.below):  # of either kind of integer
    dtype = 'uint32' if setting.batch else 'int32'

  def struct(names: str) -> jax.ShapeDtypeStruct:
    stored, _, names = names.rpartition(': ')
    own = setting.hyperparameters.get(stored, 'float32') if stored else dtype
    lead = (batch,) if batch else ()
    return jax.ShapeDtypeStruct(lead + shape_of(sizes, names), jnp.dtype(own))

  return jax.tree.map(struct, axes(setting) if callable(axes) else axes)


def variables_of(case: Case, setting: Setting) -> Any:
  """Return the shapes and dtypes that the case declares for the variables."""
  sizes = {**setting.hyperparameters, **setting.sizes}
  usual = setting.hyperparameters.get('param_dtype', 'float32')

  def struct(names: str) -> jax.ShapeDtypeStruct:
    dtype, _, names = names.rpartition(': ')
    return jax.ShapeDtypeStruct(shape_of(sizes, names), dtype or usual)

  said = case.variables
  return jax.tree.map(struct, said(setting) if callable(said) else said)


def shape_of(sizes: Mapping[str, Any], names: str) -> tuple[int, ...]:
  """Return the sizes of axes that a string names."""
  return tuple(size_of(sizes, name) for name in names.split())


def size_of(sizes: Mapping[str, Any], name: str) -> int:
  """The size of an axis: by name, `features[1]` of several, or a number."""
  name, _, index = name.rstrip(']').partition('[')
  if name.isdigit():
    return int(name)
  return sizes[name][int(index)] if index else sizes[name]


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


def highest(case: Case, setting: Setting) -> tuple[int, ...]:
  """For each leaf that `apply` is given, the greatest integer; of floats, 0."""
  sizes = {**setting.hyperparameters, **setting.sizes}
  found: list[int] = []
  for name in (*case.arguments, *setting.optional):
    top = sizes[case.lengths[name]] if name in case.lengths else 0
    top = sizes[case.below[name]] - 1 if name in case.below else top
    found.extend(top for _ in jax.tree.leaves(structs(case, setting, name)))
  return tuple(found)


def arrays(case: Case, example: Example) -> tuple[Any, ...]:
  """The arguments, with a batch axis in front where the setting has one."""
  setting = example.setting
  random = np.random.default_rng(example.key)
  leaves, tree = jax.tree.flatten(given(case, setting))
  tops = highest(case, setting)

  def array(index: int, leaf: jax.ShapeDtypeStruct) -> np.ndarray:
    if example.characters and index == 0:
      return np.eye(leaf.shape[-1])[list(example.characters)].reshape(
        leaf.shape
      )
    if example.values:
      return np.asarray(example.values[index], float).reshape(leaf.shape)
    if jnp.issubdtype(leaf.dtype, jnp.integer):
      return random.integers(0, tops[index] + 1, leaf.shape)
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
