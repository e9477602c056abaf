"""The judgement: who judges what, and how it is shown and written down."""

import importlib.metadata
import json
import multiprocessing
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Table
from rich.text import Text

from equivalence_tests.claims import CLAIMS
from equivalence_tests.judge import Plan, Verdict, judge, merge, python
from equivalence_tests.models import CASES
from equivalence_tests.processes import START
from equivalence_tests.strictness import be_strict, cache_folder, keep_compiled
from equivalence_tests.ways import Way

ROOMY = 150  # columns that the table of all claims takes
SHARDS = 2  # parts that the examples are dealt into, however many processes


def present(ways: Sequence[Way], model: str) -> list[Way]:
  """The ways that have the model."""
  return [way for way in ways if way.factory(model) is not None]


def work(
  results: Any,
  models: Sequence[str],
  claims: Sequence[str],
  ways: Sequence[Way],
  plan: Plan,
) -> None:
  """Judges one part of the examples, in a process of its own."""
  be_strict()
  keep_compiled(cache_folder())
  try:
    for model in models:
      for claim in claims:
        case = CASES[model]
        results.put(judge(claim, case, present(ways, model), plan))
  except BaseException as error:
    results.put(error)


def verdicts(
  models: Sequence[str],
  claims: Sequence[str],
  ways: Sequence[Way],
  plan: Plan,
) -> Iterator[Verdict]:
  """The verdicts on parts of the examples, as the processes reach them."""
  context: Any = multiprocessing.get_context(START)
  results = context.Queue()
  processes = []
  for shard in range(SHARDS):
    part = plan._replace(shard=shard, shards=SHARDS)
    arguments = (results, models, claims, ways, part)
    processes.append(context.Process(target=work, args=arguments, daemon=True))
    processes[-1].start()
  try:
    for _ in range(SHARDS * len(models) * len(claims)):
      result = results.get()
      if isinstance(result, BaseException):
        raise result
      yield result
  finally:
    for process in processes:
      process.terminate()


class Report:
  """The verdicts so far, as a table, a closing line and JSON."""

  def __init__(
    self,
    models: Sequence[str],
    claims: Sequence[str],
    ways: Sequence[Way],
    plan: Plan,
  ):
    """Nothing has been judged yet."""
    self.models, self.claims, self.ways = models, claims, ways
    self.plan = plan
    self.parts: dict[tuple[str, str], list[Verdict]] = {}
    self.start = time.perf_counter()

  def add(self, verdict: Verdict) -> None:
    """Takes in a verdict on a part of the examples."""
    self.parts.setdefault((verdict.model, verdict.claim), []).append(verdict)

  @property
  def done(self) -> list[Verdict]:
    """The verdicts on all examples, in the order of the table."""
    return [
      merge(self.parts[model, claim])
      for model in self.models
      for claim in self.claims
      if len(self.parts.get((model, claim), [])) == SHARDS
    ]

  @property
  def failures(self) -> list[Verdict]:
    """Those that do not hold."""
    return [verdict for verdict in self.done if not verdict.holds]

  def table(self, width: int) -> Table:
    """A row a model, a column a claim, a figure in each cell.

    Where width columns are too few, the units go and the headers fold.
    """
    roomy = width >= ROOMY
    table = Table() if roomy else Table(box=SIMPLE, padding=0, pad_edge=False)
    table.add_column('model')
    for claim in self.claims:
      head = f'{claim}\n{CLAIMS[claim].unit}' if roomy else claim
      table.add_column(head, justify='right', overflow='fold')
    found = {(v.model, v.claim): v for v in self.done}
    for model in self.models:
      cells = (cell(found.get((model, claim))) for claim in self.claims)
      table.add_row(model, *cells)
    return table

  def markdown(self) -> str:
    """The table, a row a model and a column a claim, as Markdown has it."""
    heads = ['model', *self.claims]
    found = {(v.model, v.claim): v for v in self.done}
    rows = [
      [f'`{model}`', *(shown(found[model, claim]) for claim in self.claims)]
      for model in self.models
    ]
    units = ['', *(CLAIMS[claim].unit for claim in self.claims)]
    rule = ['---', *('--:' for _ in self.claims)]
    lines = [f'| {" | ".join(row)} |' for row in (heads, rule, units, *rows)]
    return '\n'.join(lines)

  def absent(self, way: Way) -> list[str]:
    """The models that a way lacks."""
    return [model for model in self.models if way.factory(model) is None]

  def pasted(self, verdict: Verdict) -> str | None:
    """Python that shows what speaks against a claim, if anything does."""
    ways = present(self.ways, verdict.model)
    return python(verdict, ways) if verdict.example else None

  def closing(self) -> str:
    """Claims, models, examples, seconds, verdict."""
    examples = sum(verdict.examples for verdict in self.done)
    seconds = time.perf_counter() - self.start
    failures = len(self.failures)
    what = f'{failures} do not hold' if failures else 'every claim holds'
    return (
      f'{len(self.claims)} claims, {len(self.models)} models, '
      f'{examples} examples, {seconds:.1f} s: {what}'
    )

  def as_json(self) -> dict[str, Any]:
    """Versions, ways, and what came of each claim on each model."""
    return {
      'holds': not self.failures,
      'versions': versions(),
      'ways': [
        {
          'name': way.name,
          'package': way.package,
          'absent': self.absent(way),
        }
        for way in self.ways
      ],
      'seed': self.plan.seed,
      'verdicts': [
        {**verdict._asdict(), 'example': self.pasted(verdict)}
        for verdict in self.done
      ],
    }


def cell(verdict: Verdict | None) -> Text:
  """The figure of a verdict; or that it does not hold; or that it is due."""
  if verdict is None:
    return Text('...', 'dim')
  return Text(shown(verdict), 'green' if verdict.holds else 'bold red')


def shown(verdict: Verdict) -> str:
  """The figure of a verdict, or that it does not hold."""
  return f'{round(verdict.figure, 2):g}' if verdict.holds else 'FAILS'


def versions() -> dict[str, str]:
  """Python's version, and those of what the figures depend on."""
  packages = ('jax', 'jaxlib', 'flax', 'numpy', 'hypothesis', 'lifted-rnn')
  return {
    'python': platform.python_version(),
    **{name: importlib.metadata.version(name) for name in packages},
  }


def run(report: Report, console: Console) -> None:
  """Judges, and shows the table: live on a terminal, else once at the end."""
  total = SHARDS * len(report.models) * len(report.claims)
  progress = Progress(BarColumn(), MofNCompleteColumn(), console=console)
  task = progress.add_task('', total=total)
  judged = verdicts(report.models, report.claims, report.ways, report.plan)
  if console.is_terminal:
    with Live(console=console) as live:
      live.update(Group(report.table(console.width), progress))
      for verdict in judged:
        report.add(verdict)
        progress.advance(task)
        live.update(Group(report.table(console.width), progress))
      live.update(report.table(console.width))
  else:
    for verdict in judged:
      report.add(verdict)
    console.print(report.table(console.width))
  for way in report.ways:
    for model in report.absent(way):
      console.print(f'{way.name}: {model} is absent', highlight=False)
  for verdict in report.failures:
    console.out(f'\n{verdict.message}\n', highlight=False)
    console.out(report.pasted(verdict), highlight=False)
  console.print(report.closing(), highlight=False)


def write_json(report: Report, path: Path) -> None:
  """Writes the report to the file."""
  path.write_text(json.dumps(report.as_json(), indent=2) + '\n')


BEGIN, END = '<!-- verdicts -->\n', '\n<!-- end of verdicts -->'


def with_table(text: str, table: str) -> str | None:
  """The text with the table between its marks, or None where it has none."""
  before, begin, rest = text.partition(BEGIN)
  _, end, after = rest.partition(END)
  return f'{before}{BEGIN}{table}{END}{after}' if begin and end else None
