"""Layers in a row: made under vmap, run under scan, their setup batched."""

from collections.abc import Callable
from typing import Any

import jax
from jax import lax

from core_rnn.types import PRNGKey, Variables


def layer_scan(
  init: Callable[..., Variables],
  apply: Callable[..., tuple[Any, Any]],
  length: int,
  unroll: int = 1,
  setup: Callable[..., Any] | None = None,
) -> tuple[Callable[..., Variables], Callable[..., tuple[Any, Any]]]:
  """carry, y_i = apply(layer_i, carry), for i = 1, ..., length.

  Args:
    init: a key [] -> the parameters of one layer.
    apply: parameters, what setup made of them, carry, a key or None -> carry,
      y; each carry [...].
    length: how many layers.
    unroll: how many of them to a turn of the loop.
    setup: parameters -> what is slow to compute and needs nothing else; for
      all layers at once, before the loop.

  Returns:
    A key [] -> the parameters [length, ...] of all layers; and these, carry, a
    key or None -> carry, ys [length, ...].
  """

  def init_layers(key: PRNGKey) -> Variables:
    return jax.vmap(init)(jax.random.split(jax.random.clone(key), length))

  def apply_layers(params, carry, key=None):
    prepared = None if setup is None else jax.vmap(setup)(params)
    keys = None
    if key is not None:
      keys = jax.random.split(jax.random.clone(key), length)

    def one(carry, layer):
      return apply(*layer[:2], carry, layer[2])

    return lax.scan(one, carry, (params, prepared, keys), unroll=unroll)

  return init_layers, apply_layers
