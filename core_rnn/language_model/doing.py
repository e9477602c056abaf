"""What `char-rnn train` and `char-rnn eval` do, once their words are read."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
from rich.console import Console

from core_rnn.language_model import (
  checkpoints,
  loading,
  preparing,
  runs,
  sharding,
)
from core_rnn.language_model import settings as said
from core_rnn.language_model.batches import chunked, split
from core_rnn.language_model.checkpoints import Checkpoint
from core_rnn.language_model.misuse import Misuse, Stopped
from core_rnn.language_model.objective import BITS
from core_rnn.language_model.progress import Watch
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.text import read

INTERRUPTED = 130


def trained(
  text: str | None,
  out_dir: Path,
  resume: bool,
  way: str,
  devices: int | None,
  settings: Settings,
  given: Mapping[str, Any],
) -> int:
  """Trains on a text [characters], by settings, some given; the exit status.

  Raises:
    Misuse: what is given does not go together.
    Stopped: the run cannot go on.
  """
  saved, refused = preparing.last_of(out_dir, resume)
  source = absolute(text)
  if saved:
    settings = said.resumed(given, said.read(saved.about['settings']))
    source = source or saved.about['source']
  run = preparing.run_of(read(source), source, settings, way, devices, out_dir)
  console = Console(quiet=jax.process_index() > 0)
  for reason in refused:
    console.print(f'refused {reason}', markup=False, soft_wrap=True)
  hint = ['--resume', '--out-dir', str(out_dir)]
  hint += ['--way', way] * (way != 'pure') + ['-'] * (source == '-')
  try:
    return carried_out(run, saved, console, shlex.join(hint))
  except OSError as error:
    reason = f'{error.filename or out_dir}: {error.strerror}'
    left = checkpoints.left_in(out_dir)
    raise Stopped(f'{reason}; {left}') from None


def carried_out(
  run: runs.Run, saved: Checkpoint | None, console: Console, hint: str
) -> int:
  """Trains from what was saved, arrays [...], or from the beginning.

  Raises:
    Misuse: something else was saved.
  """
  if saved:
    preparing.check_same(run, saved.about)
    state, best = runs.going_on(run, saved), saved.about['best']
  else:
    state, best = runs.beginning(run), float('inf')
  run.out_dir.mkdir(parents=True, exist_ok=True)
  step, last = int(state.step), run.settings.max_iters
  with Watch(console, run.out_dir, step, last) as watch:
    watch.say(described(run, step))
    done = runs.train(run, state, best, watch)
  watch.ended()
  if not done:
    watch.say(f'stopped; to go on: char-rnn train {hint}')
  return 0 if done else INTERRUPTED


def described(run: runs.Run, step: int) -> str:
  """What is about to be done, in a line, of shape []."""
  train, held_out = (c.lengths.sum() for c in (run.chunks, run.held_out))
  s = run.settings
  return (
    f'{s.cell} {",".join(map(str, s.features))}, '
    f'{len(run.about["vocabulary"])} characters in the vocabulary; '
    f'{train:,} to train on, {held_out:,} held out; '
    f'steps {step} to {s.max_iters} on {run.mesh.size} '
    f'device{"s" * (run.mesh.size > 1)}'
  )


def evaluated(
  text: str | None, out_dir: Path, kind: str, way: str, batch: int
) -> int:
  """Says the mean loss of a trained model over a text [characters].

  Raises:
    Misuse: there is no such model, or the text does not suit it.
  """
  if batch < 1:
    raise Misuse(f'--batch-size: expected a number >= 1, got {batch}')
  found = loading.load(out_dir, kind, way)
  s, source = found.settings, absolute(text) or found.about['source']
  try:
    tokens = found.vocabulary.encode(read(source))
  except ValueError as error:
    raise Misuse(f'{source}: {error}') from None
  held_out = tokens if text else split(tokens, s.val_fraction)[1]
  time = min(s.block_size, len(held_out) - 1)
  chunks = chunked(held_out, batch, max(time, 1), 'text')
  mesh = sharding.mesh_of(1, batch)
  nats = runs.judging(found.model, chunks, mesh)(found.variables)
  print(
    f'{out_dir}, {kind} of step {found.step}: {nats:.4f} nats, '
    f'{nats * BITS:.4f} bits a character, of {np.sum(chunks.lengths):,}'
  )
  return 0


def absolute(text: str | None) -> str | None:
  """A path, of shape [], as it is from anywhere; `-` and None as they are.

  Raises:
    Misuse: it is an option that there is not.
  """
  if text is None or text == '-':
    return text
  if text.startswith('-'):
    raise Misuse(f'unknown option {text}')
  return str(Path(text).resolve())
