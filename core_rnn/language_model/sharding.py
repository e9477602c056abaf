"""One batch on many devices: each has its streams, and all the parameters.

JAX's own engine: arrays say where they lie, and the compiler sees to the sums.
"""

from collections.abc import Callable
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


WHOLE: Any = PartitionSpec()
STATE = State(WHOLE, WHOLE, PartitionSpec('batch'), WHOLE, WHOLE)
"""Which axis of a State is dealt: that of carries [batch, features]."""
BY_STREAM = PartitionSpec(None, 'batch')
CHUNKS = Chunks(BY_STREAM, BY_STREAM, WHOLE)
"""Likewise of chunks [chunks, batch, time + 1]."""


def on(mesh: Mesh, axes: Any) -> Any:
  """The axes of arrays [...], as axes of these devices."""
  return jax.tree.map(lambda spec: NamedSharding(mesh, spec), axes)


def dealt(run: Callable[..., Any], mesh: Mesh) -> Callable[..., Any]:
  """A run of state, chunks [chunks, batch, time + 1], by all devices at once.

  Each runs it of its own streams.
  """
  return jax.shard_map(
    run,
    mesh=mesh,
    in_specs=(STATE, CHUNKS),
    out_specs=(STATE, WHOLE),
    check_vma=False,
  )


def placed(tree: Any, mesh: Mesh, axes: Any) -> Any:
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
    on(mesh, axes),
    tree,
  )


def anywhere(said: bool) -> bool:
  """Whether any process says so, of shape []; all of them are told."""
  if jax.process_count() == 1:
    return said
  return bool(multihost_utils.process_allgather(np.array(said)).any())


def gathered(tree: Any, mesh: Mesh) -> Any:
  """Every array [...] whole, on the host."""
  whole = jax.jit(lambda tree: tree, out_shardings=on(mesh, WHOLE))(tree)
  return jax.tree.map(np.asarray, whole)
