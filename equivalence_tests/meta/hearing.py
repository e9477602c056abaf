"""Whether the suite would notice a way that is deaf, and say to what it is."""

from collections.abc import Iterable, Iterator

from equivalence_tests.meta.deaf import (
  Deafness,
  exchanging_any,
  ignoring_any,
  of_calls,
)
from equivalence_tests.suite.blame import blame
from equivalence_tests.suite.cases import Case, Setting, hyperparameters
from equivalence_tests.suite.covering import covering, parameters
from equivalence_tests.suite.judge import setting_width, takes
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import SUBJECTS, Subject, subject
from equivalence_tests.suite.ways import OWN, Way, find, having

HEARING = Deafness((), 'hears', lambda factory: factory, dict)


def heard(
  way: Way, deafness: Deafness, case: Case, setting: Setting
) -> Subject:
  """The subject of a deaf way; one that hears the same is the same."""
  deaf = subject(deafness.of(way, case.model), case, setting)
  if deafness.change is None:
    return deaf
  usual = {n: p.default for n, p in parameters(case.model).items()}
  heard_of = deafness.change({**usual, **hyperparameters(setting)})
  hears = {**usual, **heard_of}  # what it ignores is at its default
  takes = repr((sorted(hears.items()), deaf.required, deaf.batched))
  # of one factory, as another model may have the name of one that has gone
  made = way.factory(case.model)
  key = (way, made, case.model, setting.optional, setting.batch, takes)
  return SUBJECTS.setdefault(key, deaf)


def differs(
  deafness: Deafness, way: Way, case: Case, setting: Setting, by: str = 'form'
) -> bool:
  """Whether a program is not that of one who hears, by form or text.

  The other ways have the same as that one, so the claims fail.
  """
  with setting_width(setting):
    try:
      first = heard(way, HEARING, case, setting)
      deaf = heard(way, deafness, case, setting)
      if deaf is first or not takes(way, case, setting):
        return False
      seen = lambda one, program: getattr(one, by)(program)
      other = lambda program: seen(deaf, program) != seen(first, program)
      if other('init') or other('apply'):
        return True
      # a rule, or what is remembered, shows on the way back alone
      return not deaf.same_function(first) and other('vjp')
    except (TypeError, ValueError):  # it alone refuses, and the claims say so
      return takes(way, case, setting)


def ways_of(model: str) -> list[Way]:
  """Our ways that have a model."""
  return having(map(find, OWN), model)


def shows(deafness: Deafness, model: str) -> Setting | None:
  """The first setting that shows it in every way; None if none does.

  What is said of it rests on programs that all ways have in common, so that is
  asked of the first alone.
  """
  case, (first, *others) = CASES[model], ways_of(model)
  rows = (*case.rows, *covering(case))
  moved = lambda row: {*row.hyperparameters, *row.optional}
  for setting in sorted(rows, key=lambda r: not moved(r) & {*deafness.names}):
    if all(differs(deafness, way, case, setting) for way in (first, *others)):
      if differs(deafness, first, case, setting, 'text'):
        return setting
  return None


def said_of(deafness: Deafness, model: str) -> str | None:
  """What is said of a way that is deaf; None where nothing shows it."""
  setting, case = shows(deafness, model), CASES[model]
  fails = lambda other: differs(deafness, ways_of(model)[0], case, other)
  return setting and blame(case, setting, fails)


def unnamed(
  deafnesses: Iterable[Deafness], model: str
) -> dict[str, str | None]:
  """Those of which it is not said what the way is deaf to, and what is said."""
  said = {d: said_of(d, model) for d in deafnesses}
  return {
    deafness.words: words
    for deafness, words in said.items()
    if not any(name in (words or '') for name in deafness.names)
  }


def unheard(model: str) -> Iterator[str]:
  """All that a way could be deaf to, or exchange, and that nothing shows."""
  yield from unnamed(ignoring_any(model), model)
  yield from unnamed(exchanging_any(model), model)
  yield from (d.words for d in of_calls(CASES[model]) if not shows(d, model))
