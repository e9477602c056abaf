"""What a model takes: one check for all ways, with one message each.

`<way> <model>: <argument>: expected <what>, got <what>`, as a TypeError where
a type or dtype is wrong and as a ValueError where a value or shape is.
"""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, ParamSpec, TypeVar

import jax
from jax import numpy as jnp

from core_rnn.hyperparameters import check_hyperparameters, show
from core_rnn.model import Model
from core_rnn.types import PRNGKey, Variables

P = ParamSpec('P')
T = TypeVar('T')


class Signature(NamedTuple):
  """What a model takes: axes by argument [...], streams, and its dtypes []."""

  name: str
  axes: Mapping[str, str]
  streams: tuple[str, ...]
  given: Mapping[str, Any]

  def refuse(
    self, kind: type[Exception], argument: str, expected: str, got: object
  ) -> NoReturn:
    """Raises kind with the one message, about an argument of any shape."""
    raise kind(f'{self.name}: {argument}: expected {expected}, got {got}')

  @property
  def draws(self) -> tuple[str, ...]:
    """The streams that `apply` draws from, a key [] each."""
    given = self.given
    evaluated = given.get('deterministic') or not given.get('training', True)
    return () if evaluated else self.streams

  def rank(self, axes: str) -> int:
    """How many there are: `*batch_axes inputs` are [*batch_axes, inputs]."""
    return sum(
      len(self.given[axis[1:]]) if axis.startswith('*') else 1
      for axis in axes.split()
    )


def checked(
  way: str,
  build: Callable[[T], Model],
  axes: Mapping[str, str],
  streams: tuple[str, ...] = (),
) -> Callable[[Callable[P, T]], Callable[P, Model]]:
  """factory -> build . factory, with every argument [...] checked on its way.

  Args:
    way: the name that messages give the way.
    build: what the factory returns -> Model.
    axes: argument -> the names of its axes: `{'xs': 'time inputs'}` takes an
      array of shape [time, inputs]; `*batch_axes` is as many as this
      hyperparameter has.
    streams: the random streams that `apply` draws from, where the model is
      not `deterministic`, or is `training`; `init` draws from `params`.

  Returns:
    A decorator of a factory; the factory's name is the model's.

  Raises:
    TypeError: by the factory, `init` and `apply`: a wrong type or dtype.
    ValueError: likewise: a wrong value, rank, shape, name or tree.
  """

  def decorate(factory: Callable[P, T]) -> Callable[P, Model]:
    make: Callable[..., T] = factory

    @functools.wraps(factory)
    def checked_factory(*args: P.args, **kwargs: P.kwargs) -> Model:
      bound = inspect.signature(factory).bind(*args, **kwargs)
      bound.apply_defaults()
      given: dict[str, Any] = dict(bound.arguments)
      name = f'{way} {factory.__name__}'
      signature = Signature(name, axes, streams, given)
      check_hyperparameters(signature.refuse, factory, given)
      model = build(factory(*args, **kwargs))
      if given.get('return_carry', True):
        return check_calls(signature, model, model)
      given['return_carry'] = True
      return check_calls(signature, model, build(make(**given)))

    return checked_factory

  return decorate


def check_calls(signature: Signature, model: Model, carrying: Model) -> Model:
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

  @functools.cache  # the same shapes need no second look
  def expected_variables(*xs: jax.ShapeDtypeStruct) -> Variables:
    return jax.eval_shape(model.init, keys, *xs)

  @functools.cache
  def expected_carry(*xs: jax.ShapeDtypeStruct) -> Any:
    def apply(variables, keys, *xs):
      return carrying.apply(variables, *xs, rngs=keys)

    return jax.eval_shape(apply, expected_variables(*xs), keys, *xs)[0]

  def check_optional(xs: Any, optional: dict[str, Any]) -> None:
    carry = optional.get('initial_carry')
    if carry is not None:
      expected = expected_carry(*map(struct, xs))
      check_tree(signature, 'initial_carry', expected, carry)
    check_lengths(signature, xs, optional.get('seq_lengths'))

  def init(rngs: Any, *xs: Any, **optional: Any) -> Variables:
    xs = check_arrays(signature, xs)
    rngs = check_rngs(signature, rngs, ('params',))
    check_optional(xs, optional)
    return model.init(rngs, *xs, **optional)

  def apply(
    variables: Any,  # anything, until it is checked
    *xs: Any,
    rngs: Any = None,
    mutable: Any = False,
    **optional: Any,
  ) -> Any:
    xs = check_arrays(signature, xs)
    expected = expected_variables(*map(struct, xs))
    shapes = ' and '.join(
      f'{name} of shape {x.shape}'
      for name, x in zip(signature.axes, xs, strict=True)
    )
    check_collections(signature, expected, variables)
    check_tree(signature, 'variables', expected, variables, f' for {shapes}')
    check_optional(xs, optional)
    if rngs is not None or signature.draws:
      rngs = {} if rngs is None else rngs
      rngs = check_rngs(signature, rngs, signature.draws)
    return model.apply(variables, *xs, rngs=rngs, mutable=mutable, **optional)

  return Model(init, apply)


def check_arrays(
  signature: Signature, xs: tuple[Any, ...]
) -> tuple[jax.Array, ...]:
  """The arguments [...] as arrays of the ranks and dtypes expected.

  Raises:
    TypeError: too few or many, no array, not floating, or, where dtype is
      None, not of param_dtype.
    ValueError: of another rank, or size of an axis that is a hyperparameter.
  """
  if len(xs) != len(signature.axes):
    expected = f'arrays {", ".join(signature.axes)}'
    signature.refuse(TypeError, 'arguments', expected, f'{len(xs)} of them')
  arrays = []
  for (name, axes), x in zip(signature.axes.items(), xs, strict=True):
    if not (hasattr(x, 'shape') and hasattr(x, 'dtype')):
      signature.refuse(TypeError, name, f'an array [{axes}]', show(x))
    if not jnp.issubdtype(x.dtype, jnp.floating):
      signature.refuse(TypeError, name, 'a floating dtype', x.dtype)
    if len(x.shape) != signature.rank(axes):
      signature.refuse(ValueError, name, f'shape [{axes}]', f'{x.shape}')
    for axis, size in zip(axes.split()[::-1], x.shape[::-1], strict=False):
      if signature.given.get(axis) not in (None, size):
        expected = f'{axis} = {signature.given[axis]} in [{axes}]'
        signature.refuse(ValueError, name, expected, f'shape {x.shape}')
    x = jnp.asarray(x)
    stored = jnp.dtype(signature.given.get('param_dtype') or x.dtype)
    if signature.given.get('dtype') is None and x.dtype != stored:
      expected = f'{stored}, as param_dtype'
      signature.refuse(TypeError, name, f'{expected} (no dtype given)', x.dtype)
    arrays.append(x)
  return tuple(arrays)


def check_lengths(signature: Signature, xs: Any, lengths: Any) -> None:
  """lengths, if any, are integers [batch], one for each sequence of xs.

  Raises:
    TypeError: no array, or not of integers.
    ValueError: of another shape.
  """
  if lengths is None:
    return
  batch = xs[0].shape[1 if signature.given['time_major'] else 0]
  if not (hasattr(lengths, 'shape') and hasattr(lengths, 'dtype')):
    signature.refuse(TypeError, 'seq_lengths', 'an array', show(lengths))
  if not jnp.issubdtype(lengths.dtype, jnp.integer):
    signature.refuse(TypeError, 'seq_lengths', 'integers', lengths.dtype)
  if lengths.shape != (batch,):
    signature.refuse(
      ValueError, 'seq_lengths', f'shape {(batch,)}', lengths.shape
    )


def check_rngs(
  signature: Signature, rngs: Any, streams: tuple[str, ...]
) -> dict[str, PRNGKey]:
  """The keys by stream, each of shape [] or [2]; one alone is `params`.

  Raises:
    TypeError: what is given for a stream is no key.
    ValueError: one of the streams is missing.
  """
  rngs = dict(rngs) if isinstance(rngs, Mapping) else {'params': rngs}
  for stream in streams:
    if stream not in rngs:
      expected = f'a key for the stream {stream!r}'
      signature.refuse(ValueError, 'rngs', expected, sorted(rngs))
  for stream, key in rngs.items():
    if not is_key(key):
      argument = f'rngs[{stream!r}]'
      signature.refuse(TypeError, argument, 'a key of jax.random', show(key))
  return rngs


def is_key(key: object) -> bool:
  """Whether key is a scalar typed key [], or an older one, uint32 [2]."""
  if not (hasattr(key, 'shape') and hasattr(key, 'dtype')):
    return False
  if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
    return key.shape == ()
  return key.dtype == jnp.uint32 and key.shape == (2,)


def check_collections(
  signature: Signature, expected: Variables, variables: Any
) -> None:
  """variables has the collections of expected, shapes [...], and no other.

  Raises:
    TypeError: variables is no mapping.
    ValueError: a collection is missing or unknown.
  """
  if not isinstance(variables, Mapping):
    wanted = f'a mapping with the collections {sorted(expected)}'
    signature.refuse(TypeError, 'variables', wanted, show(variables))
  if set(variables) != set(expected):
    wanted = f'the collections {sorted(expected)}'
    signature.refuse(ValueError, 'variables', wanted, sorted(variables))


def check_tree(
  signature: Signature, argument: str, expected: Any, got: Any, note: str = ''
) -> None:
  """got has the paths, shapes [...] and dtypes of expected.

  Raises:
    TypeError: a leaf is no array, or of another dtype.
    ValueError: a path is missing or unknown, or a leaf of another shape.
  """
  leaves, wanted = dict(flatten(got)), dict(flatten(expected))
  for path in [*wanted, *leaves]:
    place = argument + ''.join(f'[{name!r}]' for name in path)
    if path not in leaves:
      paths = ['/'.join(p) for p in leaves]
      signature.refuse(ValueError, place, f'an array{note}', f'only {paths}')
    leaf = leaves[path]
    if path not in wanted:
      signature.refuse(ValueError, place, f'no such entry{note}', show(leaf))
    want = wanted[path]
    if not (hasattr(leaf, 'shape') and hasattr(leaf, 'dtype')):
      signature.refuse(TypeError, place, f'an array{note}', show(leaf))
    if leaf.shape != want.shape:
      signature.refuse(
        ValueError, place, f'shape {want.shape}{note}', leaf.shape
      )
    if leaf.dtype != want.dtype:
      signature.refuse(
        TypeError, place, f'dtype {want.dtype}{note}', leaf.dtype
      )


def flatten(
  tree: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
  """The leaves [...] of nested mappings and tuples, each with its path."""
  if isinstance(tree, Mapping):
    for name, branch in sorted(tree.items()):
      yield from flatten(branch, (*path, name))
  elif isinstance(tree, tuple):
    names = getattr(tree, '_fields', map(str, range(len(tree))))
    for name, branch in zip(names, tree, strict=True):
      yield from flatten(branch, (*path, name))
  else:
    yield path, tree


def struct(x: jax.Array) -> jax.ShapeDtypeStruct:
  """The shape [...] and dtype of x."""
  return jax.ShapeDtypeStruct(x.shape, x.dtype)
