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

from core_rnn.model import Model
from core_rnn.types import PRNGKey, Variables

P = ParamSpec('P')
T = TypeVar('T')


class Signature(NamedTuple):
  """dtype [], param_dtype [] and streams of a model, and what it is called."""

  name: str
  axes: Mapping[str, str]
  streams: tuple[str, ...]
  dtype: Any
  param_dtype: Any

  def refuse(
    self, kind: type[Exception], argument: str, expected: str, got: object
  ) -> NoReturn:
    """Raises kind with the one message, about an argument of any shape."""
    raise kind(f'{self.name}: {argument}: expected {expected}, got {got}')


def checked(
  way: str,
  build: Callable[[T], Model],
  axes: Mapping[str, str],
  streams: tuple[str, ...] = ('params',),
) -> Callable[[Callable[P, T]], Callable[P, Model]]:
  """factory -> build . factory, with every argument [...] checked on its way.

  Args:
    way: the name that messages give the way.
    build: what the factory returns -> Model.
    axes: argument -> the names of its axes: `{'xs': 'time inputs'}` takes an
      array of shape [time, inputs].
    streams: the random streams that `init` draws from.

  Returns:
    A decorator of a factory; the factory's name is the model's.

  Raises:
    TypeError: by the factory, `init` and `apply`: a wrong type or dtype.
    ValueError: likewise: a wrong value, rank, shape, name or tree.
  """

  def decorate(factory: Callable[P, T]) -> Callable[P, Model]:
    @functools.wraps(factory)
    def checked_factory(*args: P.args, **kwargs: P.kwargs) -> Model:
      bound = inspect.signature(factory).bind(*args, **kwargs)
      bound.apply_defaults()
      dtype, param_dtype = (
        bound.arguments[name] for name in ('dtype', 'param_dtype')
      )
      name = f'{way} {factory.__name__}'
      signature = Signature(name, axes, streams, dtype, param_dtype)
      check_hyperparameters(signature, bound.arguments)
      return check_calls(signature, build(factory(*args, **kwargs)))

    return checked_factory

  return decorate


def check_hyperparameters(
  signature: Signature, given: Mapping[str, Any]
) -> None:
  """Sizes int > 0, flags bool, functions callable, dtypes floating; shape [].

  Raises:
    TypeError: a value of another type.
    ValueError: a size < 1.
  """
  for name, value in given.items():
    if name in ('features', 'unroll'):
      check_size(signature, name, value)
    elif name == 'reverse' and not isinstance(value, bool):
      signature.refuse(TypeError, name, 'a bool', show(value))
    elif name == 'activation' or name.endswith('_init'):
      if not callable(value):
        signature.refuse(TypeError, name, 'a function', show(value))
    elif name.endswith('dtype') and not (name == 'dtype' and value is None):
      check_dtype(signature, name, value)


def check_size(signature: Signature, name: str, value: object) -> None:
  """value is an int, not a bool, and >= 1; shape [].

  Raises:
    TypeError: not an int.
    ValueError: less than 1.
  """
  if not isinstance(value, int) or isinstance(value, bool):
    signature.refuse(TypeError, name, 'an int >= 1', show(value))
  if value < 1:
    signature.refuse(ValueError, name, 'an int >= 1', value)


def check_dtype(signature: Signature, name: str, value: Any) -> None:
  """value names a floating dtype that JAX has as it is set up; shape [].

  Raises:
    TypeError: no dtype, not floating, or float64 without `jax_enable_x64`.
  """
  try:
    dtype = jnp.dtype(value) if value is not None else None
  except TypeError:
    dtype = None
  if dtype is None:  # which NumPy would take for float64
    signature.refuse(TypeError, name, 'a floating dtype', show(value))
  if not jnp.issubdtype(dtype, jnp.floating):
    signature.refuse(TypeError, name, 'a floating dtype', dtype)
  if dtype.itemsize == 8 and jax.dtypes.canonicalize_dtype(dtype) != dtype:
    signature.refuse(
      TypeError, name, 'at most 32 bits, as jax_enable_x64 is off', dtype
    )


def check_calls(signature: Signature, model: Model) -> Model:
  """The model, each call of which is checked first: [...] in and out as it."""

  @functools.cache  # the same shapes need no second look
  def expected_variables(*xs: jax.ShapeDtypeStruct) -> Variables:
    key = jax.eval_shape(jax.random.key, 0)
    return jax.eval_shape(
      model.init, dict.fromkeys(signature.streams, key), *xs
    )

  def check_optional(variables: Any, xs: Any, optional: dict[str, Any]) -> None:
    carry = optional.get('initial_carry')
    if carry is not None:
      expected = jax.eval_shape(model.apply, variables, *xs)[0]
      check_tree(signature, 'initial_carry', expected, carry)

  def init(rngs: Any, *xs: Any, **optional: Any) -> Variables:
    xs = check_arrays(signature, xs)
    rngs = check_rngs(signature, rngs, signature.streams)
    variables = expected_variables(*map(struct, xs))
    check_optional(variables, xs, optional)
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
    check_optional(variables, xs, optional)
    if rngs is not None:
      rngs = check_rngs(signature, rngs, streams=())
    return model.apply(variables, *xs, rngs=rngs, mutable=mutable, **optional)

  return Model(init, apply)


def check_arrays(
  signature: Signature, xs: tuple[Any, ...]
) -> tuple[jax.Array, ...]:
  """The arguments [...] as arrays of the ranks and dtypes expected.

  Raises:
    TypeError: too few or many, no array, not floating, or, where dtype is
      None, not of param_dtype.
    ValueError: of another rank.
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
    if len(x.shape) != len(axes.split()):
      signature.refuse(ValueError, name, f'shape [{axes}]', f'{x.shape}')
    x = jnp.asarray(x)
    if signature.dtype is None and x.dtype != jnp.dtype(signature.param_dtype):
      expected = f'{jnp.dtype(signature.param_dtype)}, as param_dtype'
      signature.refuse(TypeError, name, f'{expected} (no dtype given)', x.dtype)
    arrays.append(x)
  return tuple(arrays)


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
  """The leaves [...] of nested mappings of any type, each with its path."""
  if isinstance(tree, Mapping):
    for name, branch in sorted(tree.items()):
      yield from flatten(branch, (*path, name))
  else:
    yield path, tree


def struct(x: jax.Array) -> jax.ShapeDtypeStruct:
  """The shape [...] and dtype of x."""
  return jax.ShapeDtypeStruct(x.shape, x.dtype)


def show(value: object) -> str:
  """A value in few words: what it is, and for an array its shape [...]."""
  if hasattr(value, 'shape') and hasattr(value, 'dtype'):
    return f'an array of shape {value.shape} and dtype {value.dtype}'
  return f'{value!r:.60} ({type(value).__name__})'
