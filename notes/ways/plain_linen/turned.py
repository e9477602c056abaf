"""A sequence in the other order, of which padding stays at the end."""

from jax import numpy as jnp


def turned(ys, length):
  """The first length of ys [time, features] the other way, then padding."""
  t, time = jnp.arange(len(ys)), len(ys)
  length = time if length is None else jnp.minimum(length.astype(int), time)
  return ys[jnp.where(t < length, length - 1 - t, t)]
