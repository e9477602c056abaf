"""The calls of a model: `init` and `apply`, all that they are given checked."""

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
  """The calls of a model, each of which is checked first: [...] in and out."""

  def __init__(self, signature: Signature, model: Model, carrying: Model):
    """Those of the model; `carrying` is the same, but returns its carry."""
    key = jax.eval_shape(jax.random.key, 0)
    self.signature, self.model, self.carrying = signature, model, carrying
    self.keys = dict.fromkeys(('params', *signature.network.streams), key)
    self.made: dict[tuple[jax.ShapeDtypeStruct, ...], Variables] = {}
    self.carried: dict[tuple[jax.ShapeDtypeStruct, ...], Any] = {}

  def init(self, rngs: Any, *xs: Any, **optional: Any) -> Variables:
    """Keys, arguments [...] -> variables."""
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
    """Variables, arguments [...] -> outputs, and what is mutable."""
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
    """What init makes for arguments [...], traced if it was never called."""
    if xs not in self.made:
      self.made[xs] = plain(jax.eval_shape(self.model.init, self.keys, *xs))
    return self.made[xs]

  def carry(self, *xs: jax.ShapeDtypeStruct) -> Any:
    """The carry that apply returns for arguments [...]."""
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
    """The optional arguments [...], checked."""
    carry = lambda: self.carry(*map(struct, xs.values()))
    return check_optional(self.signature, xs, optional, carry)


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
