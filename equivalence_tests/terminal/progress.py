"""How a judgement is shown while it lasts, and when it ends."""

from collections.abc import Iterator
from contextlib import closing

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.text import Text

from equivalence_tests.suite.judge import Verdict
from equivalence_tests.terminal.grid import NARROW, grid
from equivalence_tests.terminal.pool import SHARDS, verdicts
from equivalence_tests.terminal.report import Report

AROUND = 8  # lines that a table has around its rows, the bar among them
LATEST = 8  # failures that are shown while the rest is judged


def run(report: Report, console: Console) -> None:
  """Judges: with a bar on a terminal, with one line per model elsewhere.

  What has been judged is shown at the end, and on an interrupt too.

  Raises:
    KeyboardInterrupt: someone did.
  """
  judged = verdicts(report.models, report.claims, report.ways, report.plan)
  watch = watch_live if console.is_terminal else watch_lines
  try:
    with closing(judged):
      watch(report, console, judged)
  except KeyboardInterrupt:
    end(report, console)
    raise
  end(report, console)


def watch_lines(
  report: Report, console: Console, judged: Iterator[Verdict]
) -> None:
  """Takes in what is judged; prints a line for each model, as it ends."""
  for verdict in judged:
    if report.add(verdict):
      console.out(report.line(verdict.model), highlight=False)
      console.file.flush()  # somebody may read along


def watch_live(
  report: Report, console: Console, judged: Iterator[Verdict]
) -> None:
  """Takes in what is judged, under a bar that moves."""
  progress = Progress(BarColumn(), MofNCompleteColumn(), console=console)
  total = SHARDS * len(report.models) * len(report.claims)
  task = progress.add_task('', total=total)
  with Live(console=console, transient=True) as live:
    live.update(view(report, console, progress))
    for verdict in judged:
      report.add(verdict)
      progress.advance(task)
      live.update(view(report, console, progress))


def view(
  report: Report, console: Console, progress: Progress
) -> RenderableType:
  """Bar, models at work and failures; under the table, where that fits."""
  now = Text(f'judging {", ".join(report.current)}', no_wrap=True)
  has_room = len(report.models) + AROUND <= console.height
  if has_room and console.width >= NARROW:
    return Group(grid(report, console.width), now, progress)
  failed = [
    Text(f'{v.model}: {v.claim} fails', 'bold red', no_wrap=True)
    for v in report.failures
  ]
  return Group(*failed[-LATEST:], now, progress)


def end(report: Report, console: Console) -> None:
  """Shows the table, remarks, failures and the closing line."""
  if report.done:
    console.print(grid(report, console.width))
  for remark in report.remarks():
    console.out(remark, highlight=False)
  for verdict in report.failures:
    console.out(f'\n{verdict.message}\n', highlight=False)
    console.out(report.pasted(verdict), highlight=False)
  console.print(report.closing(), highlight=False)
