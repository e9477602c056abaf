"""The command line: judge the ways, show them, and count what they take."""

from collections.abc import Collection, Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from equivalence_tests.cases import Case, Setting, real_text
from equivalence_tests.claims import CLAIMS
from equivalence_tests.judge import Plan
from equivalence_tests.models import CASES
from equivalence_tests.report import (
  Report,
  run,
  with_rows,
  write_json,
)
from equivalence_tests.table import rendered, tabulate
from equivalence_tests.ways import OWN, Misuse, Way, find, read_text, unknown

COLUMN = 80  # columns of a file that stands beside others
PLAIN_WIDTH = 160  # columns, where the output is no terminal

app = App(
  name='equivalence', help=__doc__, version=metadata.version('lifted-rnn')
)


@app.default
def judge(
  *models: str,
  claim: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  excepted: Annotated[
    tuple[str, ...], Parameter(name='--except', negative='')
  ] = (),
  way: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  ulp: int = 0,
  examples: int = 1,
  seed: int = 0,
  text: Path | None = None,
  json: Path | None = None,
  markdown: Path | None = None,
  list: Annotated[bool, Parameter(negative='')] = False,
) -> int:
  """Judge whether the ways of each model are one program.

  Parameters
  ----------
  models
    The models to judge; all, where none is named.
  claim
    Judge this claim only; may be given more than once.
  excepted
    Judge every claim but this; may be given more than once.
  way
    A package to judge as a further way; may be given more than once.
  ulp
    How many units in the last place the ways may be apart. Programs are still
    held to be one text: leave them out with --except program.
  examples
    How many examples Hypothesis draws for a claim, beyond the fixed ones.
  seed
    The seed of every draw.
  text
    The text to read, one-hot, in place of Python's own reference.
  json
    Write the verdicts to this file too.
  markdown
    Set the rows of these models into the table in this file, between the marks
    that its README has; those of other models stay.
  list
    Name the models and claims, and stop.
  """
  console = terminal()
  if list:
    name_all(console)
    return 0
  chosen = [known('model', model, CASES) for model in models] or [*CASES]
  claims = claims_of(claim, excepted)
  ways = [find(package) for package in (*OWN, *way)]
  for further in ways[len(OWN) :]:
    check_judged(further, chosen, claims)
  least('examples', examples, 1)
  least('ulp', ulp, 0)
  if json is not None:
    check_writable(json)
  if markdown is not None:
    merged(markdown, claims, {})
  plan = Plan(examples, seed, read_text(text) if text else real_text(), ulp)
  report = Report(chosen, claims, ways, plan)
  run(report, console)
  if json is not None:
    write_json(report, json)
  if markdown is not None:
    markdown.write_text(merged(markdown, claims, report.rows()), 'utf-8')
  return 1 if report.failures else 0


def name_all(console: Console) -> None:
  """Names the models and the claims, a line each."""
  for case in CASES.values():
    console.print(f'{case.model:20} {case.line}', highlight=False)
  for name, claim in CLAIMS.items():
    console.print(f'{name:20} {claim.sentence}', highlight=False)


def least(name: str, value: int, low: int) -> None:
  """The value of an option is at least low.

  Raises:
    Misuse: it is not.
  """
  if value < low:
    raise Misuse(f'--{name}: expected a number >= {low}, got {value}')


def merged(path: Path, claims: Sequence[str], rows: dict[str, str]) -> str:
  """The text of a file with these rows in its table.

  Raises:
    Misuse: it cannot be read, or has no such table.
  """
  text = read_text(path)
  try:
    return with_rows(text, claims, rows)
  except Misuse as misuse:
    raise Misuse(f'--markdown {path}: {misuse}') from None


def claims_of(named: tuple[str, ...], excepted: tuple[str, ...]) -> list[str]:
  """The claims named, or all where none is, without those excepted.

  Raises:
    Misuse: one is unknown, or none is left.
  """
  for name in (*named, *excepted):
    known('claim', name, CLAIMS)
  left = [name for name in named or CLAIMS if name not in excepted]
  if not left:
    raise Misuse(f'--except: expected a claim to be left, got {excepted}')
  return left


def check_judged(
  way: Way, models: Sequence[str], claims: Sequence[str]
) -> None:
  """A further way has a model, and claims something of it.

  Raises:
    Misuse: it would be judged on nothing; or what it declares is wrong.
  """
  way.check_declared(CLAIMS, CASES)
  having = [model for model in models if way.factory(model) is not None]
  if not having:
    raise Misuse(f'--way {way.name}: has none of {", ".join(models)}')
  if all(way.why_not(c, m) is not None for c in claims for m in having):
    raise Misuse(f'--way {way.name}: claims none of {", ".join(claims)}')


@app.command
def show(
  model: str, *, way: Annotated[tuple[str, ...], Parameter(negative='')] = ()
) -> int:
  """Show a model's files side by side, or one below the other if too narrow.

  Parameters
  ----------
  model
    The model to show.
  way
    A package to show beside the three; may be given more than once.
  """
  console = terminal()
  known('model', model, CASES)
  ways = [find(package) for package in (*OWN, *way)]
  files = [
    Syntax(one.source(model), 'python', theme='ansi_light', word_wrap=False)
    for one in ways
  ]
  titles = [f'{one.package}.{model}' for one in ways]
  if console.is_terminal and console.width >= len(ways) * (COLUMN + 1):
    columns = Table.grid(padding=(0, 1))
    for _ in ways:
      columns.add_column(width=COLUMN)
    columns.add_row(*(Text(title, 'bold') for title in titles))
    columns.add_row(*files)
    console.print(columns)
  else:
    for title, file in zip(titles, files, strict=True):
      console.rule(title)
      console.print(file)
  return 0


@app.command
def table(
  model: str,
  *,
  inputs: int = 10,
  features: int = 10,
  steps: int = 20,
  way: Annotated[tuple[str, ...], Parameter(negative='')] = (),
) -> int:
  """Tabulate a model's parameters, and the operations of applying it once.

  Parameters
  ----------
  model
    The model.
  inputs
    Entries of one input.
  features
    Entries of one output.
  steps
    Length of the sequence, where the model takes one.
  way
    A package to tabulate beside the three; may be given more than once.
  """
  console = terminal()
  case = CASES[known('model', model, CASES)]
  least('inputs', inputs, 0)
  least('features', features, 1)
  least('steps', steps, 0)
  setting = sized(case, inputs, features, steps)
  ways = [find(package) for package in (*OWN, *way)]
  tables = {one.name: tabulate(one, case, setting) for one in ways}
  first = tables[ways[0].name]
  same = [name for name, other in tables.items() if other == first]
  console.print(rendered(f'{model}: {", ".join(same)}', first))
  different = [name for name in tables if name not in same]
  for name in different:
    console.print(rendered(f'{model}: {name} differs', tables[name]))
  return 1 if different else 0


def sized(case: Case, inputs: int, features: int, steps: int) -> Setting:
  """The first row of a model, of these sizes where it has them."""
  given = {'inputs': inputs, 'time': steps, 'features': features}
  setting = case.rows[0]
  sizes, chosen = setting.sizes, setting.hyperparameters
  return Setting(
    {
      name: given.get(name, value) if isinstance(value, int) else value
      for name, value in chosen.items()
    },
    {axis: given.get(axis, size) for axis, size in sizes.items()},
  )


def terminal() -> Console:
  """The console; one that is no terminal has room for a whole table."""
  console = Console()
  return console if console.is_terminal else Console(width=PLAIN_WIDTH)


def known(kind: str, name: str, names: Collection[str]) -> str:
  """The name, which is one of the names.

  Raises:
    Misuse: it is not; close ones are suggested.
  """
  if name not in names:
    raise Misuse(unknown(kind, name, names))
  return name


def check_writable(path: Path) -> None:
  """The file can be written, which is found out before the work is done.

  Raises:
    Misuse: it cannot.
  """
  try:
    path.open('a').close()
  except OSError as error:
    raise Misuse(f'--json {path}: {error.strerror}') from None
