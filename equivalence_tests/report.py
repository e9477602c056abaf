"""The judgement: who judges what, and how it is shown and written down."""

import importlib.metadata
import itertools
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
from equivalence_tests.compare import APART
from equivalence_tests.judge import Plan, Verdict, judge, merge, python
from equivalence_tests.models import CASES
from equivalence_tests.processes import START
from equivalence_tests.programs import forget
from equivalence_tests.strictness import be_strict, cache_folder, keep_compiled
from equivalence_tests.ways import Misuse, Way

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
      failed: set[str] = set()
      for claim in claims:
        having = present(ways, model)
        known = frozenset(failed)
        verdict = judge(claim, CASES[model], having, plan, known)
        if not verdict.holds:
          failed.add(claim)
        results.put(verdict)
      forget()
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
    """The verdicts on all examples, in the order of the table.

    What rests on a claim that fails, on whichever part, is not judged.
    """
    found = []
    for model in self.models:
      failed: set[str] = set()
      for claim in self.claims:
        parts = self.parts.get((model, claim), [])
        if len(parts) == SHARDS:
          verdict = merge(parts)
          rests_on = [c for c in CLAIMS[claim].rests_on if c in failed]
          if rests_on:
            verdict = verdict._replace(holds=False, rests_on=rests_on[0])
          if not verdict.holds:
            failed.add(claim)
          found.append(verdict)
    return found

  @property
  def failures(self) -> list[Verdict]:
    """Those that an example speaks against."""
    return [verdict for verdict in self.done if verdict.fails]

  def not_claimed(self, model: str, claim: str) -> dict[str, str]:
    """Way -> its reason, of those with the model that do not claim this."""
    reasons = {
      way.name: way.why_not(claim, model) for way in present(self.ways, model)
    }
    return {name: reason for name, reason in reasons.items() if reason}

  def shown(self, verdict: Verdict) -> str:
    """What came of a claim: a figure, or why there is none."""
    if verdict.rests_on:
      return 'not judged'
    if verdict.holds and self.not_claimed(verdict.model, verdict.claim):
      return 'not claimed'
    figure = '' if verdict.figure is None else number(verdict.figure)
    return figure if verdict.holds else f'FAILS {figure}'.rstrip()

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
      cells = (self.cell(found.get((model, claim))) for claim in self.claims)
      table.add_row(model, *cells)
    return table

  def cell(self, verdict: Verdict | None) -> Text:
    """What is shown of a verdict; or that it is due."""
    if verdict is None:
      return Text('...', 'dim')
    style = 'green' if verdict.holds else 'bold red'
    words = self.shown(verdict)
    return Text(words, 'dim' if words.startswith('not') else style)

  def rows(self) -> dict[str, str]:
    """Model -> its row of the table, as Markdown has it."""
    found = {(v.model, v.claim): self.shown(v) for v in self.done}
    return {
      model: line(f'`{model}`', *(found[model, claim] for claim in self.claims))
      for model in self.models
    }

  def absent(self, way: Way) -> list[str]:
    """The models that a way lacks."""
    return [model for model in self.models if way.factory(model) is None]

  def remarks(self) -> Iterator[str]:
    """What the ways lack, what they do not claim, and what is not judged."""
    for way in self.ways:
      if self.absent(way):
        yield f'{way.name}: {", ".join(self.absent(way))}: absent'
      reasons: dict[tuple[str, str], list[str]] = {}
      for claim, model in itertools.product(self.claims, self.models):
        reason = self.not_claimed(model, claim).get(way.name)
        if reason:
          reasons.setdefault((claim, reason), []).append(model)
      for (claim, reason), models in reasons.items():
        yield f'{way.name}: {", ".join(models)}: {claim} not claimed: {reason}'
    for verdict in self.done:
      if verdict.rests_on:
        where = f'{verdict.model}: {verdict.claim}'
        yield f'{where} not judged, since {verdict.rests_on} fails'

  def pasted(self, verdict: Verdict) -> str | None:
    """Python that shows what speaks against a claim, if anything does."""
    ways = present(self.ways, verdict.model)
    return python(verdict, ways, self.plan.ulp) if verdict.example else None

  def closing(self) -> str:
    """Ways, claims, models, examples, seconds, verdict."""
    done = self.done
    examples = sum(verdict.examples for verdict in done)
    seconds = time.perf_counter() - self.start
    shown = [self.shown(verdict) for verdict in done]
    apart = [
      f'{count} {words}'
      for words in ('not judged', 'not claimed')
      if (count := shown.count(words))
    ]
    failures = len(self.failures)
    whole = 'every other claim holds' if apart else 'every claim holds'
    what = f'{failures} do not hold' if failures else whole
    return (
      f'{", ".join(way.name for way in self.ways)}: '
      f'{len(self.claims)} claims, {len(self.models)} models, '
      f'{examples} examples, {seconds:.1f} s: {", ".join([*apart, what])}'
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
      'ulp': self.plan.ulp,
      'verdicts': [
        {
          **verdict._asdict(),
          'example': self.pasted(verdict),
          'not_claimed': self.not_claimed(verdict.model, verdict.claim),
        }
        for verdict in self.done
      ],
    }


def line(*cells: str) -> str:
  """A row of a table, as Markdown has it."""
  return f'| {" | ".join(cells)} |'


def number(figure: float) -> str:
  """A figure in few digits; two trees that are no nearer are far."""
  return 'far' if figure >= APART else f'{round(figure, 2):g}'


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
  for remark in report.remarks():
    console.out(remark, highlight=False)
  for verdict in report.failures:
    console.out(f'\n{verdict.message}\n', highlight=False)
    console.out(report.pasted(verdict), highlight=False)
  console.print(report.closing(), highlight=False)


def write_json(report: Report, path: Path) -> None:
  """Writes the report to the file."""
  path.write_text(json.dumps(report.as_json(), indent=2) + '\n')


BEGIN, END = '<!-- verdicts -->\n', '\n<!-- end of verdicts -->'


def heads(claims: Sequence[str]) -> list[str]:
  """The lines above the rows, as Markdown has them."""
  return [
    line('model', *claims),
    line('---', *('--:' for _ in claims)),
    line('', *(CLAIMS[claim].unit for claim in claims)),
  ]


def with_rows(text: str, claims: Sequence[str], rows: dict[str, str]) -> str:
  """The text with these rows in its table; those of other models stay.

  Raises:
    Misuse: it has no marks, or a table with columns that are not the claims.
  """
  before, begin, rest = text.partition(BEGIN)
  table, end, after = rest.partition(END)
  if not (begin and end):
    raise Misuse(f'expected {BEGIN.strip()}, got none')
  lines = table.splitlines()
  kept = {old.split('`')[1]: old for old in lines if old.startswith('| `')}
  if kept and lines[: len(heads(claims))] != heads(claims):
    wanted = f'a table of {", ".join(claims)}'
    raise Misuse(f'expected {wanted}, got one of other claims: {lines[0]}')
  merged = kept | rows
  order = [model for model in CASES if model in merged]
  shown = '\n'.join([*heads(claims), *(merged[model] for model in order)])
  return f'{before}{BEGIN}{shown}{END}{after}'
