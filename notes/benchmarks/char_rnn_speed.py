"""How fast characters are trained on: each way, and what others have.

    uv run python notes/benchmarks/char_rnn_speed.py
    uv run --with torch python notes/benchmarks/char_rnn_speed.py

The setting is that of the blog: three layers of 128, 10,000 characters an
epoch, 256 steps until derivatives stop, Adam, a batch of 1. An epoch is one
program of ours; of the blog it is a call for each chunk, whose loss Python
waits for. Beside these are Flax's `nn.RNN`, trained by the same steps, and
PyTorch, where it is installed. Times are medians of epochs that are run in
turns, so that a ratio is of one moment; to trace and to compile are timed once.
What comes of it is printed, and kept in `char_rnn_speed.json`.
"""

import importlib.util
import json
import platform
import statistics
import time
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import flax
import jax
import optax
from flax import linen as nn
from jax import numpy as jnp
from rich.console import Console
from rich.table import Table

from core_rnn.language_model.batches import Chunks, chunked
from core_rnn.language_model.text import read, vocabulary_of
from core_rnn.language_model.training import first, steps
from equivalence_tests.suite.ways import OWN, find

EPOCH, TURNS, RATE, DECAY = 10_000, 7, 0.002, 1e-7
FLAX = {'elman': nn.SimpleCell, 'lstm': nn.OptimizedLSTMCell}


class Size(NamedTuple):
  """Of a network, and of what it is given at once."""

  batch: int = 1
  features: int = 128
  layers: int = 3
  time: int = 256


USUAL = Size()
OTHERS = {
  'batch': (4, 16, 64),
  'features': (32, 64, 256, 512),
  'layers': (1, 2, 6),
  'time': (16, 64, 1024),
}


class FlaxRNN(nn.Module):
  """The same network of what Flax ships: [batch, time] -> carries, logits."""

  vocabulary: int
  size: Size
  cell: str

  @nn.compact
  def __call__(self, tokens, initial_carry=None):
    """Tokens [batch, time] -> carries, logits [batch, time, vocabulary]."""
    xs, carries = nn.one_hot(tokens, self.vocabulary), []
    for i in range(self.size.layers):
      rnn = nn.RNN(FLAX[self.cell](self.size.features), return_carry=True)
      given = None if initial_carry is None else initial_carry[i]
      carry, xs = rnn(xs, initial_carry=given)
      carries.append(carry)
    return tuple(carries), nn.Dense(self.vocabulary)(xs)


@cache
def text() -> tuple[Any, int]:
  """The first characters of the usual text, as numbers; how many there are."""
  book = read(None)[:EPOCH]
  vocabulary = vocabulary_of(book)
  return vocabulary.encode(book), len(vocabulary)


def chunks_of(size: Size) -> tuple[Chunks, int]:
  """An epoch in chunks, and how many characters there are to tell apart."""
  tokens, vocabulary = text()
  chunks = chunked(tokens, size.batch, min(size.time, EPOCH), 'text')
  return jax.tree.map(jnp.asarray, chunks), vocabulary


def ours(way: str, cell: str, size: Size, vocabulary: int, deferred=True):
  """The network of a way."""
  layers = (size.features,) * size.layers
  how = {'deterministic': True, 'deferred': deferred}
  return find(way).factory('char_rnn')(vocabulary, layers, cell, **how)


def timed(call) -> tuple[Any, float]:
  """What a call returns, and how many seconds it takes."""
  start = time.perf_counter()
  made = jax.block_until_ready(call())
  return made, time.perf_counter() - start


class Row(NamedTuple):
  """One that is timed: seconds to trace and to compile; and an epoch of it."""

  trace: float | None
  compile: float | None
  epoch: Any


def started(model, size: Size):
  """The steps of training a model, and the state before the first."""
  adam = optax.adamw(RATE, weight_decay=DECAY)
  state = first(model.init, model.apply, adam, 0, size.batch)
  return steps(model.apply, adam), state


def whole(model, size: Size, chunks: Chunks) -> Row:
  """An epoch as one program, its buffers donated."""
  train, state = started(model, size)
  made, trace = timed(
    partial(jax.jit(train, donate_argnums=0).lower, state, chunks)
  )
  run, compiling = timed(made.compile)
  kept = [state]

  def epoch():
    kept[0], nats = run(kept[0], chunks)
    return nats

  return Row(trace, compiling, epoch)


def by_chunks(model, size: Size, chunks: Chunks) -> Row:
  """An epoch as the blog has it: a call for each chunk, and its loss."""
  train, state = started(model, size)
  each = [
    jax.tree.map(lambda leaf, i=i: leaf[i, None], chunks)
    for i in range(len(chunks.fresh))
  ]
  made, trace = timed(partial(jax.jit(train).lower, state, each[0]))
  run, compiling = timed(made.compile)
  kept = [state]

  def epoch():
    for chunk in each:
      kept[0], nats = run(kept[0], chunk)
      float(nats[0])

  return Row(trace, compiling, epoch)


def of_torch(cell: str, size: Size, chunks: Chunks, vocabulary: int) -> Row:
  """PyTorch's own loop over chunks, its state handed on."""
  import torch

  made = {'elman': torch.nn.RNN, 'lstm': torch.nn.LSTM}[cell]
  rnn = made(vocabulary, size.features, size.layers, batch_first=True)
  head = torch.nn.Linear(size.features, vocabulary)
  both = [*rnn.parameters(), *head.parameters()]
  adam = torch.optim.AdamW(both, lr=RATE, weight_decay=DECAY)
  tokens = [torch.tensor(jax.device_get(t).tolist()) for t in chunks.tokens]

  def epoch():
    carry = None
    for t in tokens:
      xs = torch.nn.functional.one_hot(t[:, :-1], vocabulary).float()
      ys, carry = rnn(xs, carry)
      logits = head(ys).reshape(-1, vocabulary)
      loss = torch.nn.functional.cross_entropy(logits, t[:, 1:].reshape(-1))
      adam.zero_grad()
      loss.backward()
      adam.step()
      pair = isinstance(carry, tuple)
      carry = tuple(c.detach() for c in carry) if pair else carry.detach()
      loss.item()

  return Row(None, None, epoch)


def rows() -> dict[str, Row]:
  """All that run in turns, the first of which is the 1 of the ratios."""
  chunks, count = chunks_of(USUAL)
  made = {}
  for cell in ('concatenated', 'lstm'):
    for way in OWN:
      model = ours(way, cell, USUAL, count)
      made[f'{way}, {cell}'] = whole(model, USUAL, chunks)
    plain = ours('pure', cell, USUAL, count, deferred=False)
    made[f"pure, {cell}, by JAX's rule"] = whole(plain, USUAL, chunks)
    made[f'pure, {cell}, a call a chunk'] = by_chunks(plain, USUAL, chunks)
    theirs = 'lstm' if cell == 'lstm' else 'elman'
    model = FlaxRNN(count, USUAL, theirs)
    made[f'nn.RNN of Flax, {theirs}'] = whole(model, USUAL, chunks)
    if importlib.util.find_spec('torch'):
      row = of_torch(theirs, USUAL, chunks, count)
      made[f'PyTorch, {theirs}'] = row
  return made


def medians(made: dict[str, Row], turns: int) -> dict[str, float]:
  """Seconds an epoch of each, in turns."""
  times: dict[str, list[float]] = {name: [] for name in made}
  for turn in range(turns + 1):
    for name, row in made.items():
      _, seconds = timed(row.epoch)
      if turn:  # the first warms up
        times[name].append(seconds)
  return {name: statistics.median(several) for name, several in times.items()}


def compared() -> list[dict[str, Any]]:
  """Each way and each other, by seconds an epoch."""
  made = rows()
  seconds = medians(made, TURNS)
  unit = seconds[next(iter(made))]
  return [
    {
      'of': name,
      'trace': row.trace,
      'compile': row.compile,
      'epoch': seconds[name],
      'ratio': seconds[name] / unit,
      'characters a second': EPOCH / seconds[name],
    }
    for name, row in made.items()
  ]


def grown() -> list[dict[str, Any]]:
  """How the cost of an epoch grows with each size, the others as usual."""
  sizes = {'usual': USUAL}
  for name, several in OTHERS.items():
    for value in several:
      sizes[f'{name} {value}'] = USUAL._replace(**{name: value})
  made = {}
  for name, size in sizes.items():
    chunks, count = chunks_of(size)
    made[name] = whole(ours('pure', 'concatenated', size, count), size, chunks)
  seconds = medians(made, 3)
  return [
    {
      'of': name,
      'epoch': seconds[name],
      'ratio': seconds[name] / seconds['usual'],
      'characters a second': EPOCH / seconds[name],
    }
    for name in sizes
  ]


def shown(title: str, found: list[dict[str, Any]]) -> Table:
  """Figures as a table."""
  table = Table(*found[0], title=title)
  for row in found:
    cells = [n if isinstance(n, str) else number(n) for n in row.values()]
    table.add_row(*cells)
  return table


def number(value: float | None) -> str:
  """Three figures, or a dash where there is nothing to time."""
  return (
    '-'
    if value is None
    else f'{value:,.3g}'
    if value < 100
    else f'{value:,.0f}'
  )


def main() -> None:
  """Times, prints, and keeps what came of it."""
  found = {
    'versions': {'jax': jax.__version__, 'flax': flax.__version__},
    'machine': f'{platform.machine()}, {jax.devices()[0].platform}',
    'compared': compared(),
    'grown': grown(),
  }
  Path(__file__).with_suffix('.json').write_text(json.dumps(found, indent=1))
  for title in ('compared', 'grown'):
    Console(width=100).print(shown(title, found[title]))


if __name__ == '__main__':
  main()
