"""The calls of a model, `init` and `apply`, with their arguments checked."""

from collections.abc import Mapping
from typing import Any

import jax

from core_rnn.checks.arrays import check_arrays, check_names, check_optional
from core_rnn.checks.filters import named
from core_rnn.checks.signature import Signature, show
from core_rnn.checks.trees import arranged, in_order, plain
from core_rnn.keys import is_key, typed
from core_rnn.model import Model
from core_rnn.types import PRNGKey, Variables


class Calls:
  """The calls of a model. Each call checks its arguments first."""

  def __init__(self, signature: Signature, model: Model, carrying: Model):
    """Wrap model; `carrying` is the same model, but returns its carry."""
    key = jax.eval_shape(jax.random.key, 0)
    self.signature, self.model, self.carrying = signature, model, carrying
    self.keys = dict.fromkeys(('params', *signature.network.streams), key)
    self.made: dict[tuple[jax.ShapeDtypeStruct, ...], Variables] = {}
    self.carried: dict[tuple[jax.ShapeDtypeStruct, ...], Any] = {}

  def init(self, rngs: Any, *xs: Any, **optional: Any) -> Variables:
    """Return variables for keys and arguments."""
    names = tuple(self.signature.network.optional)
    check_names(self.signature.refuse, optional, names)
    arrays = check_arrays(self.signature, xs, shapes_do=True)
    rngs = check_rngs(self.signature, rngs, ('params',))
    optional = self.optional(arrays, optional)
    variables = plain(self.model.init(rngs, *arrays.values(), **optional))
    shapes = tuple(map(struct, arrays.values()))
    if shapes not in self.made:
      self.made[shapes] = jax.tree.map(struct, variables)
    return variables

  def apply(
    self,
    variables: Any,  # anything, until it is checked
    *xs: Any,
    rngs: Any = None,
    mutable: Any = False,
    **optional: Any,
  ) -> Any:
    """Return the outputs, and the updates of mutable collections."""
    signature = self.signature
    names = (*signature.network.optional, 'rngs', 'mutable')
    check_names(signature.refuse, optional, names)
    arrays = check_arrays(signature, xs)
    expected = self.variables(*map(struct, arrays.values()))
    variables = check_variables(signature, arrays, expected, variables)
    optional = self.optional(arrays, optional)
    moving = named(signature.refuse, mutable, expected)
    if rngs is not None or signature.draws:
      rngs = {} if rngs is None else rngs
      rngs = check_rngs(signature, rngs, signature.draws)
    options = {'rngs': rngs, 'mutable': moving, **optional}
    returned = self.model.apply(variables, *arrays.values(), **options)
    if moving is False:
      return returned
    outputs, updates = returned
    return outputs, plain(updates)

  def variables(self, *xs: jax.ShapeDtypeStruct) -> Variables:
    """Return the shapes and dtypes of the variables for these arguments.

    `init` is traced unless it was called for such arguments before.
    """
    if xs not in self.made:
      self.made[xs] = plain(jax.eval_shape(self.model.init, self.keys, *xs))
    return self.made[xs]

  def carry(self, *xs: jax.ShapeDtypeStruct) -> Any:
    """Return the shapes and dtypes of the carry for these arguments."""
    if xs not in self.carried:
      apply = lambda variables, keys, *xs: self.carrying.apply(
        variables, *xs, rngs=keys
      )
      made = self.variables(*xs)
      outputs = jax.eval_shape(apply, made, self.keys, *xs)
      self.carried[xs] = outputs[self.signature.network.carry_place]
    return self.carried[xs]

  def optional(
    self, xs: Mapping[str, jax.Array], optional: Any
  ) -> dict[str, Any]:
    """Check the optional arguments, and return those that are given."""
    carry = lambda: self.carry(*map(struct, xs.values()))
    return check_optional(self.signature, xs, optional, carry)


def check_variables(
  signature: Signature,
  xs: Mapping[str, jax.Array],
  expected: Variables,
  variables: Any,
) -> Variables:
  """Check the variables, and return them as plain dicts.

  Args:
    signature: what the model takes.
    xs: the required arguments, for the message.
    expected: the shapes and dtypes of the variables.
    variables: nested mappings with array leaves.

  Raises:
    TypeError: variables is not a mapping, a leaf is not an array, or a leaf has
      the wrong dtype.
    ValueError: an entry is missing or unknown, or a leaf has the wrong shape.
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
  """Check the keys, and return them by stream; a single key is for `params`.

  Raises:
    TypeError: a value is not a key, or the name of a stream is not a str.
    ValueError: a stream in streams has no key.
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
  """Return the shape and dtype of x."""
  return jax.ShapeDtypeStruct(x.shape, x.dtype)
