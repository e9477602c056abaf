"""Whether the claims of the main job see an edit of the files all ways share.

All ways have the edit, so that no comparison of the ways shows it. What a model
computes is the same as before where its programs are: those that are not are
judged by the claims, `oracle` first.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from equivalence_tests.meta.forking import Beat
from equivalence_tests.suite.cases import Case, Example, Setting, real_text
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.compare import Disagreement
from equivalence_tests.suite.covering import covering
from equivalence_tests.suite.judge import Plan, check_one, judge, setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject, forget, subject
from equivalence_tests.suite.strictness import (
  be_strict,
  collect_seldom,
  compile_quickly,
)
from equivalence_tests.suite.ways import OWN, Way, find, having

Digests = Mapping[str, str]
"""Setting, as text -> the digest of the programs of a model in it."""

FEW = 3  # models that every claim judges, and whose changed rows all count
ROWS = 2  # changed rows that are judged in each of the other models
BY_ROW = ('oracle', 'program')  # the claims that judge a changed program
FIRST = ('oracle', 'errors', 'signature')  # the claims that see most, in order
ADDRESS = re.compile('0x[0-9a-f]+')
PLAN = Plan(examples=1, seed=0, text=real_text())


def prepare() -> None:
  """Set JAX as strict as the suite."""
  be_strict()
  compile_quickly()
  collect_seldom()


def settings_of(case: Case) -> tuple[Setting, ...]:
  """Return the settings that a model is judged in: rows and covering rows."""
  return (*case.rows, *covering(case))


def ways_of(model: str) -> list[Way]:
  """Return our ways that have a model."""
  return having(map(find, OWN), model)


def digest(case: Case, setting: Setting) -> str:
  """Return a digest of the programs of a model in a setting.

  It has the first way's, and in a row of the case those of all ways. A program
  that cannot be traced has the name of the exception.
  """
  ways = ways_of(case.model)
  found = hashlib.sha256()
  with setting_width(setting):
    for way in ways if setting in case.rows else ways[:1]:
      found.update('\n'.join(programs(subject(way, case, setting))).encode())
  return found.hexdigest()


def programs(one: Subject) -> Iterator[str]:
  """Yield the programs of a subject as text that is the same in any process.

  A derivative is among them where `apply` has a rule of its own for it.
  """
  try:
    yield text_of(one, 'init')
    applied = text_of(one, 'apply')
    yield applied
    if 'custom_vjp' in applied or 'remat' in applied:
      yield text_of(one, 'vjp')
  except Exception as error:
    yield type(error).__name__


def text_of(one: Subject, program: str) -> str:
  """Return the form of a program as text, without the addresses of objects."""
  form: Any = one.form(program)
  return ADDRESS.sub('', repr(form.parts))


def digests(beat: Beat, model: str) -> Digests:
  """Return the digests of a model in all its settings."""
  prepare()
  case, found = CASES[model], {}
  for setting in settings_of(case):
    beat()
    found[repr(setting)] = digest(case, setting)
  return found


def killer(
  beat: Beat, models: Sequence[str], known: Mapping[str, Digests], check: bool
) -> str:
  """Return the model and the claim that see an edit; '' if none does.

  Args:
    beat: called before each step.
    models: those that reach the edited file, the likeliest to show it first.
    known: the digests of these models without the edit.
    check: whether the file checks arguments: `errors` judges first.
  """
  prepare()
  changed: list[str] = []
  stages = [by_programs(beat, models, known, changed), by_errors(beat, models)]
  for stage in reversed(stages) if check else stages:
    for found in stage:
      return found
  few = [*changed, *(model for model in models if model not in changed)]
  return next(by_claims(beat, few[:FEW]), '')


def by_programs(
  beat: Beat,
  models: Sequence[str],
  known: Mapping[str, Digests],
  changed: list[str],
) -> Iterator[str]:
  """Yield the models and claims that see an edit in a changed program.

  The models with a changed program are added to `changed`.
  """
  for model in models:
    case, rows = CASES[model], 0
    for setting in settings_of(case):
      beat()
      if digest(case, setting) == known[model].get(repr(setting)):
        continue
      if model not in changed:
        changed.append(model)
      rows += 1
      if len(changed) > FEW and rows > ROWS:
        break
      for claim in BY_ROW:
        beat()
        if not holds(claim, case, setting):
          yield f'{model} {claim}'
    forget()


def holds(claim: str, case: Case, setting: Setting) -> bool:
  """Return whether a claim that is made of a model holds in a setting."""
  if case.why_not(claim):
    return True
  try:
    check_one(claim, ways_of(case.model), case, Example(setting))
  except Disagreement:
    return False
  return True


def by_errors(beat: Beat, models: Sequence[str]) -> Iterator[str]:
  """Yield the models in which the claim on bad arguments sees an edit."""
  for model in models:
    beat()
    if judge('errors', CASES[model], ways_of(model), PLAN).fails:
      yield f'{model} errors'


def by_claims(beat: Beat, models: Sequence[str]) -> Iterator[str]:
  """Yield the models and claims that see an edit, of all claims."""
  others = [claim for claim in CLAIMS if claim not in FIRST]
  for model in models:
    for claim in (*FIRST, *others):
      beat()
      if judge(claim, CASES[model], ways_of(model), PLAN).fails:
        yield f'{model} {claim}'
    forget()
