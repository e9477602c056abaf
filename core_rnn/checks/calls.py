"""The calls of a model: `init` and `apply`, all that they are given checked."""

import functools
from collections.abc import Mapping
from typing import Any

import jax

from core_rnn.checks.arrays import check_arrays, check_names, check_optional
from core_rnn.checks.filters import named
from core_rnn.checks.signature import Signature, show
from core_rnn.checks.trees import arranged, in_order, plain
from core_rnn.keys import is_key, typed
from core_rnn.model import Made, Model
from core_rnn.types import PRNGKey, Variables


def check_calls(signature: Signature, model: Model, carrying: Model) -> Made:
  """The model, each call of which is checked first: [...] in and out as it.

  Args:
    signature: what it takes.
    model: that is called.
    carrying: the same, but that it returns its carry.

  Returns:
    A model that raises as `factories.checked` says, and is the model otherwise.
  """
  key = jax.eval_shape(jax.random.key, 0)
  keys = dict.fromkeys(('params', *signature.network.streams), key)

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
    check_names(signature.refuse, optional, tuple(signature.network.optional))
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
    check_names(
      signature.refuse,
      optional,
      (*signature.network.optional, 'rngs', 'mutable'),
    )
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
