"""One batch on many devices: each has its streams, and all the parameters.

JAX's own engine: arrays say where they lie, and the compiler sees to the sums.
"""

from typing import Any

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from core_rnn.language_model.batches import Chunks
from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.training import State


def mesh_of(devices: int | None, batch: int) -> Mesh:
  """The devices in a row, [devices], among which the batch is dealt.

  Args:
    devices: how many; None for as many as the batch can be dealt among.
    batch: how many streams there are.

  Raises:
    Misuse: there are not so many, or the batch cannot be dealt among them.
  """
  here = jax.devices()
  if devices is None:
    devices = max(n for n in range(1, len(here) + 1) if batch % n == 0)
  if not 1 <= devices <= len(here):
    raise Misuse(f'--devices: expected 1 to {len(here)}, got {devices}')
  if batch % devices:
    raise Misuse(
      f'--batch-size: expected a multiple of {devices} devices, got {batch}'
    )
  chosen = here[:devices]
  if {device.process_index for device in chosen} != {
    *range(jax.process_count())
  }:
    raise Misuse(
      f'--devices: expected some of every process, got {devices} of '
      f'{len(here)}, for --batch-size {batch}'
    )
  return Mesh(np.array(chosen), ('batch',))


def everywhere(mesh: Mesh) -> NamedSharding:
  """All of an array [...] on every device."""
  return NamedSharding(mesh, PartitionSpec())


def of_state(mesh: Mesh) -> Any:
  """Where a State lies: carries [batch, features] by stream."""
  whole: Any = everywhere(mesh)
  streams = NamedSharding(mesh, PartitionSpec('batch'))
  return State(whole, whole, streams, whole, whole)


def of_chunks(mesh: Mesh) -> Chunks:
  """Where chunks [chunks, batch, time + 1] lie."""
  streams = NamedSharding(mesh, PartitionSpec(None, 'batch'))
  return Chunks(streams, streams, everywhere(mesh))


def placed(tree: Any, shardings: Any) -> Any:
  """Arrays [...] that every process has, as one array of all of them."""

  def place(leaf: Any, sharding: NamedSharding) -> jax.Array:
    if jax.process_count() == 1:
      return jax.device_put(leaf, sharding)
    return jax.make_array_from_callback(
      leaf.shape, sharding, lambda index: leaf[index]
    )

  return jax.tree.map(
    lambda sharding, part: jax.tree.map(
      lambda leaf: place(leaf, sharding), part
    ),
    shardings,
    tree,
  )


def anywhere(said: bool) -> bool:
  """Whether any process says so, of shape []; all of them are told."""
  if jax.process_count() == 1:
    return said
  return bool(multihost_utils.process_allgather(np.array(said)).any())


def gathered(tree: Any, mesh: Mesh) -> Any:
  """Every array [...] whole, on the host."""
  whole = jax.jit(lambda tree: tree, out_shardings=everywhere(mesh))(tree)
  return jax.tree.map(np.asarray, whole)
