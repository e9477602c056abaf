"""Anyone's model as two functions: init and apply, over variables by path."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
from flax import linen as nn
from flax import nnx

from core_rnn.model import Model
from equivalence_tests.comparing.paths import flat

KINDS = (
  'a linen module, an nnx module, a Model, hk.transform, a pair (init, apply), '
  'or a function'
)


class Anyones(NamedTuple):
  """A model, whatever it was written in.

  Attributes:
    name: what the caller calls it.
    init: keys by stream, xs -> variables; None where it has none, or has its
      own.
    apply: variables, keys by stream, xs -> outputs, the collections it moved.
    own: the variables that it has itself, or None.
    source: the file that it is written in, where that can be known.
  """

  name: str
  init: Callable[..., Any] | None
  apply: Callable[..., tuple[Any, Any]]
  own: Any = None
  source: Path | None = None

  @property
  def folder(self) -> Path:
    """Where its source is, as far as it is known: of the root, where not."""
    return self.source.parent if self.source else Path('/')


def taken(name: str, model: Any, call: Mapping[str, Any]) -> Anyones:
  """The model as anyone's, called with fixed arguments.

  Raises:
    TypeError: it is nothing that is known.
  """
  if isinstance(model, type):
    got = f'the class {model.__name__}'
    raise TypeError(f'compare_models: {name}: expected {KINDS}, got {got}')
  for holds, take in TAKEN:
    if holds(model):
      made: Anyones = take(name, model, call)
      return made._replace(source=source(model))
  got = f'{type(model).__name__}: {model!r}'
  raise TypeError(f'compare_models: {name}: expected {KINDS}, got {got}')


def linen(name: str, module: nn.Module, call: Mapping[str, Any]) -> Anyones:
  """A linen module: every collection but the parameters may move."""
  return of_flax(name, partial(module.init, **call), module, call)


def ours(name: str, model: Model, call: Mapping[str, Any]) -> Anyones:
  """A Model of this project, whose init is called as apply is."""
  return of_flax(name, model.init, model, call)


def of_flax(
  name: str, init: Any, model: Any, call: Mapping[str, Any]
) -> Anyones:
  """What is called as Flax's modules are."""

  def apply(variables, rngs, *xs):
    moving = [collection for collection in variables if collection != 'params']
    how = {'rngs': rngs or None, 'mutable': moving or False, **call}
    returned = model.apply(variables, *xs, **how)
    return returned if moving else (returned, {})

  return Anyones(name, init, apply)


def haiku(name: str, model: Any, call: Mapping[str, Any]) -> Anyones:
  """What `hk.transform` makes; its one key is that of params, or the first."""
  if type(model).__name__ != 'Transformed':
    kind = 'hk.transform, or without_apply_rng of it'
    got = type(model).__name__
    raise TypeError(f'compare_models: {name}: expected {kind}, got {got}')

  def init(rngs, *xs):
    return {'params': model.init(rngs['params'], *xs, **call)}

  def apply(variables, rngs, *xs):
    params: dict[str, Any] = {}
    for path, leaf in flat(variables['params']).items():
      module, _, last = path.rpartition('/')  # its dicts are two deep
      params.setdefault(module, {})[last] = leaf
    key = next(iter(rngs.values()), None)
    return model.apply(params, key, *xs, **call), {}

  return Anyones(name, init, apply)


def of_nnx(name: str, module: nnx.Module, call: Mapping[str, Any]) -> Anyones:
  """An nnx module, which has its variables; the parameters, and all others."""
  split: Any = nnx.split(module, nnx.Param, ...)  # mypy takes no ellipsis
  graph, params, rest = split

  def apply(variables, rngs, *xs):
    del rngs  # a module has its own
    moved = jax.tree.map(lambda leaf: leaf, params)
    nnx.replace_by_pure_dict(moved, variables['params'])
    merged = nnx.merge(graph, moved, rest)
    return merged(*xs, **call), {}

  own = {'params': nnx.to_pure_dict(params)}
  return Anyones(name, None, apply, own)


def pair(name: str, model: Sequence[Any], call: Mapping[str, Any]) -> Anyones:
  """init(key, *xs) -> variables, apply(variables, *xs) -> outputs."""
  init, apply = model[0], model[1]
  return Anyones(
    name,
    lambda rngs, *xs: init(rngs['params'], *xs),
    lambda variables, rngs, *xs: (apply(variables, *xs, **call), {}),
  )


def function(
  name: str, model: Callable[..., Any], call: Mapping[str, Any]
) -> Anyones:
  """A function of the inputs alone."""

  def apply(variables, rngs, *xs):
    del variables, rngs  # it has none
    return model(*xs, **call), {}

  return Anyones(name, None, apply)


def is_pair(model: Any) -> bool:
  """Whether it is two functions, and no more."""
  return isinstance(model, tuple) and [*map(callable, model)] == [True, True]


def is_haiku(model: Any) -> bool:
  """Whether it is of Haiku, which need not be installed."""
  return type(model).__module__.split('.')[0] == 'haiku'


TAKEN: Sequence[tuple[Callable[[Any], bool], Callable[..., Anyones]]] = (
  (lambda model: isinstance(model, nn.Module), linen),
  (lambda model: isinstance(model, nnx.Module), of_nnx),
  (lambda model: isinstance(model, Model), ours),
  (is_haiku, haiku),
  (is_pair, pair),
  (callable, function),
)


def source(model: Any) -> Path | None:
  """The file of a function, or of the class of a module."""
  written = model if inspect.isfunction(model) else type(model)
  try:
    return Path(inspect.getfile(written))
  except (OSError, TypeError):
    return None
