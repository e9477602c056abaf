"""What a model takes: one check for all ways, with one message each.

`<way> <model>: <argument>: expected <what>, got <what>`, as a TypeError where
a type or dtype is wrong and as a ValueError where a value or shape is. What a
way is given then is in the model's own containers, whatever the caller's were.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import jax

from core_rnn.arguments import (
  check_arrays,
  check_divisors,
  check_names,
  check_optional,
)
from core_rnn.filters import named
from core_rnn.hyperparameters import check_hyperparameters, show
from core_rnn.keys import is_key, typed
from core_rnn.model import Made, Model
from core_rnn.signature import Signature
from core_rnn.trees import arranged, in_order, plain
from core_rnn.types import PRNGKey, Variables

P = ParamSpec('P')
T = TypeVar('T')


def checked(
  way: str,
  build: Callable[[T], Model],
  axes: Mapping[str, str],
  streams: tuple[str, ...] = (),
  optional: Mapping[str, str] = {},
  divisors: Mapping[str, tuple[str, ...]] = {},
) -> Callable[[Callable[P, T]], Callable[P, Model]]:
  """factory -> build . factory, with every argument [...] checked on its way.

  Args:
    way: the name that messages give the way.
    build: what the factory returns -> Model.
    axes: argument -> the names of its axes: `{'xs': 'time inputs'}` takes an
      array of shape [time, inputs]; `*batch_axes` is as many as this
      hyperparameter has. Axes of one name have one size.
    streams: the random streams that `apply` draws from, where the model is
      not `deterministic`, or is `training`; `init` draws from `params`.
    optional: argument that may be left out -> `'carry'`, a tree as that which
      the model returns first, or the names of the axes of an array of integers.
    divisors: hyperparameter -> sizes, axes or hyperparameters, the first of
      which that is given it must divide.

  Returns:
    A decorator of a factory; the factory's name is the model's.

  Raises:
    TypeError: by the factory, `init` and `apply`: a wrong type, dtype or name.
    ValueError: likewise: a wrong value, rank, shape, name or tree.
  """

  def decorate(factory: Callable[P, T]) -> Callable[P, Model]:
    make: Callable[..., T] = factory

    @functools.wraps(factory)
    def checked_factory(*args: P.args, **kwargs: P.kwargs) -> Model:
      name = f'{way} {factory.__name__}'
      empty = Signature(name, axes, optional, streams, divisors, {})
      given = bound(empty, factory, args, kwargs)
      signature = empty._replace(given=given)
      check_hyperparameters(signature.refuse, factory, given)
      check_batch_axes(signature)
      check_divisors(signature, {})
      model = carrying = build(make(**given))
      if not given.get('return_carry', True):
        carrying = build(make(**{**given, 'return_carry': True}))
      made = check_calls(signature, model, carrying)
      made.origin = checked_factory, given
      return made

    return checked_factory

  return decorate


def bound(
  signature: Signature,
  factory: Callable[..., Any],
  args: tuple[Any, ...],
  kwargs: Mapping[str, Any],
) -> dict[str, Any]:
  """The hyperparameters, of shape [], by name; defaults too.

  Raises:
    TypeError: one is unknown, missing, or one too many.
  """
  taken = inspect.signature(factory)
  check_names(signature, kwargs, tuple(taken.parameters))
  try:
    arguments = taken.bind(*args, **kwargs)
  except TypeError as error:
    signature.refuse(TypeError, 'hyperparameters', f'{taken}', f'{error}')
  arguments.apply_defaults()
  return arguments.arguments


def check_batch_axes(signature: Signature) -> None:
  """The axes that a hyperparameter names are different ones of [...].

  Raises:
    ValueError: one does not exist, or two are one.
  """
  for axes in signature.axes.values():
    first, *rest = axes.split()
    if first.startswith('*'):
      positions = signature.given[first[1:]]
      rank = len(positions) + len(rest)
      places = {axis % rank for axis in positions}
      outside = [axis for axis in positions if not -rank <= axis < rank]
      if outside or len(places) < len(positions):
        expected = f'different axes of the {rank} in [{axes}]'
        signature.refuse(ValueError, first[1:], expected, positions)


def check_calls(signature: Signature, model: Model, carrying: Model) -> Made:
  """The model, each call of which is checked first: [...] in and out as it.

  Args:
    signature: what it takes.
    model: that is called.
    carrying: the same, but that it returns its carry.

  Returns:
    A model that raises as `checked` says, and is the model otherwise.
  """
  key = jax.eval_shape(jax.random.key, 0)
  keys = dict.fromkeys(('params', *signature.streams), key)

  known: dict[tuple[jax.ShapeDtypeStruct, ...], Variables] = {}

  def expected_variables(*xs: jax.ShapeDtypeStruct) -> Variables:
    if xs not in known:  # nor has init been called with them
      known[xs] = plain(jax.eval_shape(model.init, keys, *xs))
    return known[xs]

  @functools.cache
  def expected_carry(*xs: jax.ShapeDtypeStruct) -> Any:
    def apply(variables, keys, *xs):
      return carrying.apply(variables, *xs, rngs=keys)

    return jax.eval_shape(apply, expected_variables(*xs), keys, *xs)[0]

  def optional_of(xs: Mapping[str, jax.Array], optional: Any) -> dict[str, Any]:
    carry = lambda: expected_carry(*map(struct, xs.values()))
    return check_optional(signature, xs, optional, carry)

  def init(rngs: Any, *xs: Any, **optional: Any) -> Variables:
    check_names(signature, optional, tuple(signature.optional))
    arrays = check_arrays(signature, xs, shapes_do=True)
    rngs = check_rngs(signature, rngs, ('params',))
    optional = optional_of(arrays, optional)
    variables = plain(model.init(rngs, *arrays.values(), **optional))
    shapes = tuple(map(struct, arrays.values()))
    if shapes not in known:
      known[shapes] = jax.tree.map(struct, variables)
    return variables

  def apply(
    variables: Any,  # anything, until it is checked
    *xs: Any,
    rngs: Any = None,
    mutable: Any = False,
    **optional: Any,
  ) -> Any:
    check_names(signature, optional, (*signature.optional, 'rngs', 'mutable'))
    arrays = check_arrays(signature, xs)
    expected = expected_variables(*map(struct, arrays.values()))
    variables = check_variables(signature, arrays, expected, variables)
    optional = optional_of(arrays, optional)
    moving = named(signature.refuse, mutable, expected)
    if rngs is not None or signature.draws:
      rngs = {} if rngs is None else rngs
      rngs = check_rngs(signature, rngs, signature.draws)
    options = {'rngs': rngs, 'mutable': moving, **optional}
    returned = model.apply(variables, *arrays.values(), **options)
    if moving is False:
      return returned
    outputs, updates = returned
    return outputs, plain(updates)

  return Made(init, apply)


def check_variables(
  signature: Signature,
  xs: Mapping[str, jax.Array],
  expected: Variables,
  variables: Any,
) -> Variables:
  """The variables, shapes [...], as plain dicts in the order of expected.

  Raises:
    TypeError: no mapping, or a leaf is no array, or of another dtype.
    ValueError: an entry is missing or unknown, or a leaf of another shape.
  """
  collections = in_order(expected)
  if not isinstance(variables, Mapping):
    wanted = f'a mapping with the collections {collections}'
    signature.refuse(TypeError, 'variables', wanted, show(variables))
  if set(variables) != set(expected):
    wanted, got = f'the collections {collections}', in_order(variables)
    signature.refuse(ValueError, 'variables', wanted, got)
  shapes = (f'{name} of shape {x.shape}' for name, x in xs.items())
  note = f' for {" and ".join(shapes)}'
  return arranged(signature.refuse, 'variables', expected, variables, note)


def check_rngs(
  signature: Signature, rngs: Any, streams: tuple[str, ...]
) -> dict[str, PRNGKey]:
  """The keys by stream, each typed, of shape []; one alone is `params`.

  Raises:
    TypeError: what is given for a stream is no key, or its name no str.
    ValueError: one of the streams is missing.
  """
  rngs = dict(rngs) if isinstance(rngs, Mapping) else {'params': rngs}
  for stream, key in rngs.items():
    if not isinstance(stream, str):
      signature.refuse(TypeError, 'rngs', 'streams by name', show(stream))
    if not is_key(key):
      argument = f'rngs[{stream!r}]'
      signature.refuse(TypeError, argument, 'a key of jax.random', show(key))
  for stream in streams:
    if stream not in rngs:
      expected = f'a key for the stream {stream!r}'
      signature.refuse(ValueError, 'rngs', expected, sorted(rngs))
  return {stream: typed(key) for stream, key in rngs.items()}


def struct(x: jax.Array) -> jax.ShapeDtypeStruct:
  """The shape [...] and dtype of x."""
  return jax.ShapeDtypeStruct(x.shape, x.dtype)
