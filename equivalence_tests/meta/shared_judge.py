"""Whether the claims of the main job see an edit of the files all ways share.

All ways have the edit, so that no comparison of the ways shows it. What a model
computes is the same as before where its programs are: those that are not are
judged by the claims, `oracle` first. This module runs in a child process, which
imports it from the copy with the edit.
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
from equivalence_tests.suite.judge import (
  Plan,
  Trials,
  check_one,
  setting_width,
  tried,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject, forget, subject
from equivalence_tests.suite.strictness import (
  be_strict,
  cache_folder,
  collect_seldom,
  compile_quickly,
  keep_compiled,
)
from equivalence_tests.suite.ways import OWN, Way, find, having

Digests = Mapping[str, str]
"""Way and setting, as text -> the digest of the programs of a model there."""

WHOLE = 13  # models that are compared in all settings and ways; others in few
FEW = 3  # models that are judged by all claims, and whose changed rows all are
ROWS = 2  # changed rows that are judged in each of the other models
BY_ROW = ('oracle', 'program')  # the claims that judge a changed program
# what no program shows: refused arguments, filters, containers, eager calls
UNSHOWN = ('errors', 'signature', 'state', 'exchange', 'outputs', 'leaks')
ADDRESS = re.compile('0x[0-9a-f]+')
PLAN = Plan(examples=1, seed=0, text=real_text())


def prepare() -> None:
  """Set JAX as strict as the suite."""
  be_strict()
  compile_quickly()
  collect_seldom()


def ways_of(model: str) -> list[Way]:
  """Return our ways that have a model."""
  return having(map(find, OWN), model)


def places(case: Case, whole: bool) -> Iterator[tuple[Way, Setting]]:
  """Yield the ways and settings in which the programs of a model are compared.

  They are the first way in the rows of the case; and, if the model is compared
  as a whole, the other ways there, and the first way in the covering rows.
  """
  first, *others = ways_of(case.model)
  yield from ((first, setting) for setting in case.rows)
  if whole:
    yield from ((way, setting) for setting in case.rows for way in others)
    yield from ((first, setting) for setting in covering(case))


def digest(way: Way, case: Case, setting: Setting) -> str:
  """Return a digest of the programs of a way in a setting.

  A program that cannot be traced has the name of the exception.
  """
  with setting_width(setting):
    try:
      texts = [*programs(subject(way, case, setting))]
    except Exception as error:
      texts = [type(error).__name__]
  return hashlib.sha256('\n'.join(texts).encode()).hexdigest()


def programs(one: Subject) -> Iterator[str]:
  """Yield the programs of a subject as text that is the same in any process.

  The derivative is among them where `apply` has a rule of its own for it.
  """
  yield text_of(one, 'init')
  applied = text_of(one, 'apply')
  yield applied
  if 'custom_vjp' in applied or 'remat' in applied:
    yield text_of(one, 'vjp')


def text_of(one: Subject, program: str) -> str:
  """Return the form of a program as text, without the addresses of objects."""
  form: Any = one.form(program)
  return ADDRESS.sub('', repr(form.parts))


def digests(beat: Beat, model: str) -> Digests:
  """Return the digests of a model in all its settings."""
  prepare()
  found = {}
  for way, setting in places(CASES[model], whole=True):
    beat()
    found[repr((way, setting))] = digest(way, CASES[model], setting)
  return found


def killer(
  beat: Beat, models: Sequence[str], known: Mapping[str, Digests], check: bool
) -> str:
  """Return the model and the claim that see an edit; '' if none does.

  Args:
    beat: called before each step.
    models: those that import the edited file, the likeliest to show it first.
    known: the digests of these models without the edit.
    check: whether the file checks arguments: `errors` judges first, and all
      models.
  """
  prepare()
  changed: list[str] = []
  if check and (found := next(by_claims(beat, models, ['errors']), '')):
    return found
  if found := next(by_programs(beat, models, known, changed), ''):
    return found
  others = [model for model in models if model not in changed]
  few = others[: max(0, FEW - len(changed))]
  stages = (
    (changed[:FEW], ('oracle', *CLAIMS)),
    (few, UNSHOWN),
    (models[:WHOLE], ('errors',)),
  )
  judged = (by_claims(beat, *stage) for stage in stages)
  return next((found for stage in judged for found in stage), '')


def by_programs(
  beat: Beat,
  models: Sequence[str],
  known: Mapping[str, Digests],
  changed: list[str],
) -> Iterator[str]:
  """Yield the models and claims that see an edit in a changed program.

  The models with a changed program are added to `changed`.
  """
  for number, model in enumerate(models):
    judged: list[Setting] = []
    for way, setting in places(CASES[model], whole=number < WHOLE):
      beat()
      before = known[model].get(repr((way, setting)))
      if setting in judged or digest(way, CASES[model], setting) == before:
        continue
      if model not in changed:
        changed.append(model)
      if len(changed) > FEW and len(judged) >= ROWS:
        break
      judged.append(setting)
      for claim in BY_ROW:
        beat()
        if not holds(claim, CASES[model], setting):
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


def by_claims(
  beat: Beat, models: Sequence[str], claims: Sequence[str]
) -> Iterator[str]:
  """Yield the models and claims that see an edit."""
  for model in models:
    for claim in dict.fromkeys(claims):
      beat()
      if tried(Trials(claim, CASES[model], ways_of(model), PLAN)).fails:
        yield f'{model} {claim}'
    forget()


def message_of(beat: Beat, model: str, claim: str) -> str:
  """Return why a claim does not hold of a model; '' if it holds."""
  prepare()
  keep_compiled(cache_folder())
  beat()
  return tried(Trials(claim, CASES[model], ways_of(model), PLAN)).message
