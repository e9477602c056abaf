"""What somebody sees who waits: a bar on a terminal, lines elsewhere."""

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
  BarColumn,
  MofNCompleteColumn,
  Progress,
  TextColumn,
  TimeRemainingColumn,
)

from core_rnn.language_model.metrics import Metrics, plot
from core_rnn.language_model.objective import BITS


class Watch:
  """Shows and writes the losses [] of a run; of many processes, one does."""

  def __init__(self, console: Console, out_dir: Path, step: int, total: int):
    """From a step on, of as many."""
    self.console = console
    self.metrics = Metrics(out_dir, step, writes=not console.quiet)
    self.bar = Progress(
      BarColumn(bar_width=None),
      MofNCompleteColumn(),
      TextColumn('{task.description}'),
      TimeRemainingColumn(),
      console=console,
      disable=not console.is_terminal,
      transient=True,
    )
    self.task = self.bar.add_task('', total=total, completed=step)

  def __enter__(self) -> 'Watch':
    """Shows the bar."""
    self.bar.start()
    return self

  def __exit__(self, *error: Any) -> None:
    """Takes it away."""
    self.bar.stop()

  def say(self, text: str) -> None:
    """A line, of shape [], that stays."""
    self.console.print(text, highlight=False, markup=False, soft_wrap=True)

  def trained(self, step: int, nats: float, rate: float) -> None:
    """The mean loss [] of a block, and how many characters a second it was."""
    self.metrics.add(
      step=step,
      loss=nats,
      bits=nats * BITS,
      characters_per_second=round(rate),
      time=round(time.time(), 3),
    )
    said = f'loss {nats:.4f}, {nats * BITS:.4f} bits, {rate:,.0f} characters/s'
    self.bar.update(self.task, completed=step, description=said)
    self.latest = said

  def judged(self, step: int, nats: float, best: bool) -> None:
    """The held-out loss [], with the picture of all so far."""
    self.metrics.add(step=step, val_loss=nats, val_bits=nats * BITS)
    held_out = f'held out {nats:.4f}, {nats * BITS:.4f} bits'
    self.say(f'step {step}: {self.latest}; {held_out}{", the best" * best}')
    self.metrics.draw()

  def ended(self) -> None:
    """The curve of the losses [points]."""
    points = self.metrics.points('loss')
    width = min(self.console.width - 12, 80)
    if len(points) > 1 and width > 0:
      for row in plot(points, width):
        self.say(row)
      self.say(f'{"step":>10} {points[0][0]} to {points[-1][0]}: training loss')
