"""A run: block after block of steps, with a look at the held-out text between.

A block is one program. It always ends where the same block of an unbroken run
does, so a run that goes on from a checkpoint runs the same programs.
"""

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.sharding import Mesh

from core_rnn.language_model import checkpoints, sharding
from core_rnn.language_model.batches import Chunks, block
from core_rnn.language_model.checkpoints import Checkpoint
from core_rnn.language_model.interrupts import Interrupts
from core_rnn.language_model.misuse import Stopped
from core_rnn.language_model.progress import Watch
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.training import (
  State,
  adamw,
  first,
  judged,
  steps,
)
from core_rnn.language_model.trees import grown, leaves
from core_rnn.model import Model


class Run(NamedTuple):
  """What a run needs.

  Attributes:
    settings: its settings.
    model: what is trained.
    judge: the same, where nothing is dropped.
    chunks: of the text to train on: tokens [chunks, batch, time + 1].
    held_out: of the text to judge by, likewise.
    mesh: the devices.
    about: what else is saved: the vocabulary, ...
    out_dir: where to.
    sample: what makes text of variables, to be shown; or None.
  """

  settings: Settings
  model: Model
  judge: Model
  chunks: Chunks
  held_out: Chunks
  mesh: Mesh
  about: dict[str, Any]
  out_dir: Path
  sample: Callable[[Any], str] | None = None


def beginning(run: Run) -> State:
  """The state before the first step: carries [batch, features]."""
  s = run.settings
  make = partial(first, run.model.init, run.judge.apply, adamw(s))
  return jax.jit(
    lambda: make(s.seed, s.batch_size),
    out_shardings=sharding.on(run.mesh, sharding.STATE),
  )()


def going_on(run: Run, checkpoint: Checkpoint) -> State:
  """The state as it was saved, every bit: carries [batch, features].

  Raises:
    Misuse: another network was saved.
  """
  like = jax.eval_shape(lambda: beginning(run))
  state = grown(checkpoint.arrays, like)
  return sharding.placed(state, run.mesh, sharding.STATE)


def train(run: Run, state: State, best: float, watch: Watch) -> bool:
  """Trains from a state with carries [batch, features]; whether to the end.

  Args:
    run: what it needs.
    state: from here.
    best: the least held-out loss so far.
    watch: what shows it.

  Raises:
    Stopped: the disk is full, or the loss is no number.
  """
  advance, judge = compiled(run)
  chunks = sharding.placed(run.chunks, run.mesh, sharding.CHUNKS)
  step, last = int(state.step), run.settings.max_iters
  if step == 0:
    keep(run, 'last', state, best)  # a kill may come before the first look
  kept = 0
  with Interrupts(watch.say) as interrupts:
    while step < last and not sharding.anywhere(bool(interrupts)):
      count = end_of_block(run.settings, step) - step
      state, losses, seconds = advance(state, chunks, count)
      step += count
      characters = count * run.chunks.lengths.mean(0).sum()
      watch.trained(step, finite(losses, step), characters / seconds)
      if step % run.settings.eval_interval == 0 or step == last:
        best = look(run, state, judge, best, watch)
        keep(run, 'last', state, best)
        kept = step
    if kept < step < last:
      keep(run, 'last', state, best)
  return step == last


def end_of_block(settings: Settings, step: int) -> int:
  """Where the block that begins at a step [] ends."""
  s = settings
  marks = (s.log_interval, s.eval_interval)
  return min(s.max_iters, *((step // mark + 1) * mark for mark in marks))


def finite(losses: jax.Array, step: int) -> float:
  """The mean of losses [steps].

  Raises:
    Stopped: it is no number.
  """
  nats = float(np.asarray(losses, np.float64).mean())
  if not math.isfinite(nats):
    raise Stopped(
      f'the loss is {nats} at step {step}: try a smaller --learning-rate'
    )
  return nats


def look(
  run: Run, state: State, judge: Any, best: float, watch: Watch
) -> float:
  """Judges by the held-out text, keeps the best; its loss []."""
  nats, step = judge(state.variables), int(state.step)
  watch.judged(step, nats, nats < best)
  if run.sample is not None:
    watch.say(run.sample(state.variables))
  if nats < best:
    keep(run, 'best', state, nats)
  return min(nats, best)


def keep(run: Run, kind: str, state: State, best: float) -> None:
  """Saves a state with carries [batch, features], and all to go on with."""
  arrays = sharding.gathered(leaves(state), run.mesh)
  about = {**run.about, 'settings': run.settings.asdict(), 'best': best}
  checkpoint = Checkpoint(int(state.step), arrays, about)
  checkpoints.save(run.out_dir, kind, checkpoint)


def compiled(run: Run) -> tuple[Callable[..., Any], Callable[..., float]]:
  """What takes a count [] of steps, and what judges variables: programs."""
  streams = ('dropout',) if run.settings.dropout else ()
  many = steps(run.model.apply, adamw(run.settings), streams, 'batch')

  @partial(jax.jit, static_argnums=2, donate_argnums=0)
  def program(state: State, chunks: Chunks, count: int) -> Any:
    def some(state: State, chunks: Chunks) -> Any:
      return many(state, block(chunks, state.step, count))

    return sharding.dealt(some, run.mesh)(state, chunks)

  ready: dict[int, Any] = {}

  def advance(state: State, chunks: Chunks, count: int) -> Any:
    if count not in ready:  # so that compiling is not timed
      ready[count] = program.lower(state, chunks, count).compile()
    started = time.perf_counter()
    state, losses = jax.block_until_ready(ready[count](state, chunks))
    return state, losses, time.perf_counter() - started

  return advance, judging(run.judge, run.held_out, run.mesh)


def judging(model: Model, chunks: Chunks, mesh: Mesh) -> Callable[[Any], float]:
  """variables -> nats a character [] of chunks [chunks, batch, time + 1]."""
  chunks = sharding.placed(chunks, mesh, sharding.CHUNKS)
  program = jax.jit(
    judged(model.apply), out_shardings=sharding.on(mesh, sharding.WHOLE)
  )

  def judge(variables: Any) -> float:
    nats, counts = program(variables, chunks)
    return float(np.asarray(nats, np.float64).sum() / np.asarray(counts).sum())

  return judge
