"""Faults that show in one place only: a row, a leaf, a program, a batch.

A claim that skips some rows, leaves or programs does not see such a fault. The
faults are made by wrapping a model, so that every model has them.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax
from flax.core import FrozenDict
from jax import numpy as jnp

from core_rnn.model import Model
from equivalence_tests.meta.deaf import Deafness, Factory, as_it_is
from equivalence_tests.suite.cases import Setting, hyperparameters

Touch = Callable[[Any], Any]


def touched(touch: Touch, last: bool, tree: Any) -> Any:
  """Return a tree with the first or the last of its float leaves touched.

  If there are no floats, an integer leaf is touched.
  """
  leaves, structure = jax.tree.flatten(tree)
  floats = [
    i for i, x in enumerate(leaves) if jnp.issubdtype(x.dtype, jnp.floating)
  ]
  found = floats or [*range(len(leaves))]
  if found:
    index = found[-1 if last else 0]
    leaves[index] = touch(leaves[index])
  return jax.tree.unflatten(structure, leaves)


def moved(x: jax.Array) -> jax.Array:
  """Return x + 1."""
  return x + jnp.ones_like(x)


def times_one(x: jax.Array) -> jax.Array:
  """Return 1 x, which is equal to x bit for bit, but another program."""
  return x * jnp.ones_like(x)


def recast(x: jax.Array) -> jax.Array:
  """Return x in another dtype."""
  return x.astype('float32' if x.dtype != jnp.float32 else 'bfloat16')


@jax.custom_jvp
def steeper(x: jax.Array) -> jax.Array:
  """Return x, with twice its derivative."""
  return x


@steeper.defjvp
def _(primals: Any, tangents: Any) -> tuple[Any, Any]:
  """Return x, and twice the tangent."""
  (x,), (tangent,) = primals, tangents
  return x, tangent + tangent


def is_mapped(key: Any) -> bool:
  """Return whether a key is mapped by `vmap`."""
  return 'Batch' in type(key).__name__


def in_init(touch: Touch, last: bool, call, rngs, *xs, **optional):
  """Return the variables of `init`, touched."""
  return touched(touch, last, call(rngs, *xs, **optional))


def in_mapped_init(touch: Touch, last: bool, call, rngs, *xs, **optional):
  """Return the variables of `init`, touched where the keys are mapped."""
  made = call(rngs, *xs, **optional)
  mapped = any(map(is_mapped, jax.tree.leaves(rngs)))
  return touched(touch, last, made) if mapped else made


def in_apply(touch: Touch, last: bool, call, variables, *xs, **options):
  """Return the outputs of `apply`, touched, and its updates."""
  outputs = call(variables, *xs, **options)
  if options.get('mutable', False) is False:
    return touched(touch, last, outputs)
  outputs, updates = outputs
  return touched(touch, last, outputs), updates


def in_updates(touch: Touch, last: bool, call, variables, *xs, **options):
  """Return the outputs of `apply`, and its updates, touched."""
  outputs = call(variables, *xs, **options)
  if options.get('mutable', False) is False:
    return outputs
  outputs, updates = outputs
  return outputs, touched(touch, last, updates)


def in_frozen(touch: Touch, last: bool, call, variables, *xs, **options):
  """Return the outputs of `apply`, touched where the variables are frozen."""
  if not isinstance(variables, FrozenDict):
    return call(variables, *xs, **options)
  return in_apply(touch, last, call, variables, *xs, **options)


# claim -> the call with a fault that the claim must see, and the fault
FAULTS: Mapping[str, tuple[str, Callable[..., Any], Touch]] = {
  'variables': ('init', in_init, recast),
  'init': ('init', in_init, moved),
  'vmapped_init': ('init', in_mapped_init, moved),
  'outputs': ('apply', in_apply, moved),
  'gradients': ('apply', in_apply, steeper),
  'state': ('apply', in_updates, moved),
  'exchange': ('apply', in_frozen, moved),
  'program': ('apply', in_apply, times_one),
  'oracle': ('apply', in_apply, moved),
}


def faulty(claim: str, setting: Setting, last: bool = True) -> Deafness:
  """Return a way with the fault of a claim, in one setting alone."""
  where, fault, touch = FAULTS[claim]
  spoiled = hyperparameters(setting)

  def wrap(factory: Factory) -> Factory:
    @functools.wraps(factory)
    def faulty_factory(*args: Any, **kwargs: Any) -> Model:
      model = factory(*args, **kwargs)
      if kwargs != spoiled:
        return model
      calls = {'init': as_it_is, 'apply': as_it_is}
      calls[where] = functools.partial(fault, touch, last)
      return Model(
        functools.partial(calls['init'], model.init),
        functools.partial(calls['apply'], model.apply),
      )

    return faulty_factory

  return Deafness((claim,), f'a fault that {claim} must see', wrap)
