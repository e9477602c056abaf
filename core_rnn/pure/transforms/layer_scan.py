"""Layers in a row: made under vmap, run under scan, their setup batched."""

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
  """carry, y_i = apply(layer_i, carry, x_i), for i = 1, ..., length.

  Args:
    init: a key [] -> the parameters of one layer.
    apply: parameters, what setup made of them, carry, a key or None, x of each
      of xs -> carry, y; each carry [...].
    length: how many layers.
    unroll: how many of them to a turn of the loop.
    reverse: from the last layer to the first.
    setup: parameters -> what is slow to compute and needs nothing else; for
      all layers at once, before the loop.

  Returns:
    A key [] -> the parameters [length, ...] of all layers; and these, carry, a
    key or None, any xs [length, ...] -> carry, ys [length, ...].

  Raises:
    ValueError: by the second: parameters or xs are of other than length layers.
  """

  def init_layers(key: PRNGKey) -> Variables:
    return jax.vmap(init)(jax.random.split(jax.random.clone(key), length))

  def apply_layers(params, carry, key=None, *xs):
    check_layers('params', params, length)
    check_layers('xs', xs, length)
    prepared = None
    if setup is not None:
      # eagerly one unit, as the loop is, so that it rounds as one
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
  """Every leaf of tree is [length, ...].

  Raises:
    ValueError: one is not.
  """
  for leaf in jax.tree.leaves(tree):
    shape = jnp.shape(leaf)
    if shape[:1] != (length,):
      expected = f'{length} layers in front'
      raise ValueError(
        f'layer_scan: {argument}: expected {expected}, got shape {shape}'
      )
