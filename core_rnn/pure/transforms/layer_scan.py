"""Layers in a row: init under vmap, apply under scan."""

from collections.abc import Callable
from typing import Any

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.types import PRNGKey, Variables


def layer_scan(
  init: Callable[..., Variables],
  apply: Callable[..., tuple[Any, Any]],
  length: int,
  unroll: int = 1,
  reverse: bool = False,
  setup: Callable[..., Any] | None = None,
) -> tuple[Callable[..., Variables], Callable[..., tuple[Any, Any]]]:
  """Return init and apply of layers in a row.

  carry, y_i = apply(layer_i, carry, x_i), for i = 1, ..., length

  Args:
    init: a key [] -> the parameters of one layer.
    apply: parameters, the result of setup, carry, a key or None, and an
      x_i of each of xs -> carry, y_i; every carry has the same shapes.
    length: the number of layers.
    unroll: layers in one iteration of the loop.
    reverse: whether the loop runs from the last layer to the first.
    setup: parameters -> values that are slow to compute from them. They
      are computed for all layers at once, before the loop.

  Returns:
    init: a key [] -> the parameters [length, ...] of all layers. And
    apply: parameters, carry, a key or None, xs [length, ...] -> carry,
    ys [length, ...].

  Raises:
    ValueError: apply got parameters or xs of another number of layers.
  """

  def init_layers(key: PRNGKey) -> Variables:
    keys = jax.random.split(jax.random.clone(key), length)
    return jax.vmap(init)(keys)

  def apply_layers(params, carry, key=None, *xs):
    check_layers('params', params, length)
    check_layers('xs', xs, length)
    prepared = None
    if setup is not None:
      # compiled as one unit, as the loop is, so that it rounds alike
      prepared = jax.vmap(jax.jit(setup, inline=True))(params)
    keys = None
    if key is not None:
      keys = jax.random.split(jax.random.clone(key), length)

    def one(carry, layer):
      params, prepared, key, xs = layer
      return apply(params, prepared, carry, key, *xs)

    layers = (params, prepared, keys, xs)
    return lax.scan(one, carry, layers, length, reverse, unroll)

  return init_layers, apply_layers


def check_layers(argument: str, tree: Any, length: int) -> None:
  """Check that every leaf of a tree is [length, ...].

  Raises:
    ValueError: a leaf has another shape.
  """
  for leaf in jax.tree.leaves(tree):
    shape = jnp.shape(leaf)
    if shape[:1] != (length,):
      expected = f'{length} layers in front'
      got = f'shape {shape}'
      raise ValueError(
        f'layer_scan: {argument}: expected {expected}, got {got}'
      )
