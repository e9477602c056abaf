"""`equivalence`: whether the ways of each model are one program."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import (
  OWN,
  Misuse,
  Way,
  check_declared,
  check_only,
  declared,
  having,
  read_text,
)
from equivalence_tests.terminal.options import (
  all_ways,
  bring_named,
  check_writable,
  console,
  known,
  least,
)
from equivalence_tests.terminal.processes import start_early

if TYPE_CHECKING:  # it imports JAX, which takes a second
  from equivalence_tests.suite.judge import Plan
  from equivalence_tests.terminal.report import Report

INTERRUPTED = 130  # the status of what Ctrl-C has ended

Several = Annotated[tuple[str, ...], Parameter(negative='')]
Excepted = Annotated[tuple[str, ...], Parameter(name='--except', negative='')]
Flag = Annotated[bool, Parameter(negative='')]


def judge(
  *models: str,
  claim: Several = (),
  excepted: Excepted = (),
  way: Several = (),
  cases: Several = (),
  ulp: int = 0,
  examples: int = 1,
  seed: int = 0,
  text: Path | None = None,
  json: Path | None = None,
  markdown: Path | None = None,
  html: Path | None = None,
  list: Flag = False,
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
  cases
    A package, or a single file, that brings models of its own to judge with
    ours; may be given more than once.
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
  html
    Write the report to this file too, as one page.
  list
    Name the models and claims, or those given, and stop.
  """
  bring_named(cases)
  if list:
    name_all(models)
    return 0
  every = naming.models()
  chosen = [known('model', model, every) for model in models or every]
  claims = claims_of(claim, excepted)
  ways = all_ways(way)
  least('examples', examples, 1)
  least('ulp', ulp, 0)
  written = {'json': json, 'markdown': markdown, 'html': html}
  check_written(written)
  read = read_text(text) if text else None

  start_early()
  from equivalence_tests.suite.cases import real_text
  from equivalence_tests.suite.judge import Plan

  plan = Plan(examples, seed, read or real_text(), ulp)
  return concluded(begun(chosen, claims, ways, plan), written)


def begun(
  models: Sequence[str],
  claims: Sequence[str],
  ways: Sequence[Way],
  plan: 'Plan',
) -> 'Report':
  """A report with nothing in it, of what can be judged.

  Raises:
    Misuse: a further way is judged on nothing, or the text is too short.
  """
  from equivalence_tests.suite.judge import text_example
  from equivalence_tests.suite.models import CASES
  from equivalence_tests.terminal.report import Report

  for further in ways[len(OWN) :]:
    check_judged(further, models, claims)
  for case in (CASES[model] for model in models):
    if case.text:
      text_example(case, plan.text, plan.seed)
  return Report(models, claims, ways, plan)


def check_written(written: Mapping[str, Path | None]) -> None:
  """The files can be written; one of Markdown is there, and is read.

  Raises:
    Misuse: one cannot.
  """
  for name, path in written.items():
    if path is not None and name == 'markdown':
      read_text(path)
    elif path is not None:
      check_writable(name, path)


def concluded(report: 'Report', written: Mapping[str, Path | None]) -> int:
  """Judges, and writes what was judged; the status to end with.

  Raises:
    Misuse: the file of Markdown has no table of these claims.
  """
  from equivalence_tests.terminal.markdown import merged, rows
  from equivalence_tests.terminal.page import page
  from equivalence_tests.terminal.progress import run

  if (path := written['markdown']) is not None:
    merged(path, report.claims, {})
  status = 0
  try:
    run(report, console())
  except KeyboardInterrupt:
    status = INTERRUPTED
  if (path := written['json']) is not None:
    path.write_text(json.dumps(report.as_json(), indent=2) + '\n', 'utf-8')
  if (path := written['markdown']) is not None:
    path.write_text(merged(path, report.claims, rows(report)), 'utf-8')
  if (path := written['html']) is not None:
    path.write_text(page(report), 'utf-8')
  return status or int(bool(report.failures))


def name_all(names: Sequence[str]) -> None:
  """Names models by family, and claims: all, or those of these names.

  Raises:
    Misuse: there is neither a model nor a claim of a name.
  """
  every = {**naming.models(), **naming.claims()}
  asked = [known('model or claim', name, every) for name in names] or [*every]
  width = max(map(len, every))
  sections = {
    **naming.grouped(),
    'What is claimed of each of them.': naming.claims(),
  }
  for heading, lines in sections.items():
    if any(name in asked for name in lines):
      print(heading)
    for name, line in lines.items():
      if name in asked:
        print(f'  {name:{width}}  {line}')


def claims_of(named: Sequence[str], excepted: Sequence[str]) -> list[str]:
  """The claims named, or all where none is, without those excepted.

  Raises:
    Misuse: one is unknown, or none is left.
  """
  every = naming.claims()
  for name in (*named, *excepted):
    known('claim', name, every)
  left = [name for name in named or every if name not in excepted]
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
  said = declared(way.package)
  check_declared(f'way {way.name}', said, naming.claims(), naming.models())
  check_only(way, naming.models())
  present = [model for model in models if having([way], model)]
  if not present:
    raise Misuse(f'--way {way.name}: has none of {", ".join(models)}')
  if all(way.why_not(c, m) is not None for c in claims for m in present):
    raise Misuse(f'--way {way.name}: claims none of {", ".join(claims)}')
