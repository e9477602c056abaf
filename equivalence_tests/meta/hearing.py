"""What no claim would see if a way ignored or exchanged it.

Two questions are asked. If one way is deaf, its programs must differ from those
of the others, and the claims must name what it ignores: `unheard`. If all ways
are deaf alike, no comparison of them differs: `unread` lists what the oracle
does not see then. The claim `signature` sees every hyperparameter of these, see
`suite/effects.py`.
"""

from collections.abc import Iterable, Iterator

from equivalence_tests.meta.deaf import (
  Deafness,
  exchanging_any,
  ignoring,
  ignoring_any,
  of_calls,
  with_default,
)
from equivalence_tests.suite.blame import blame
from equivalence_tests.suite.cases import (
  Case,
  Example,
  Setting,
  hyperparameters,
)
from equivalence_tests.suite.compare import Disagreement
from equivalence_tests.suite.covering import covering, parameters
from equivalence_tests.suite.effects import moving
from equivalence_tests.suite.judge import check_one, setting_width, takes
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import SUBJECTS, Subject, subject
from equivalence_tests.suite.ways import OWN, Way, find, having

HEARING = Deafness((), 'hears', lambda factory: factory, dict)


def heard(
  way: Way, deafness: Deafness, case: Case, setting: Setting
) -> Subject:
  """Return the subject of a deaf way.

  Two deaf ways that call a factory with the same hyperparameters are the same
  subject.
  """
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
  """Return whether a program of a deaf way is not that of the way itself.

  The other ways have the program of the way itself, so that the claims fail.

  Args:
    deafness: what the deaf way ignores.
    way: the way that is made deaf.
    case: of the model.
    setting: of the programs.
    by: 'form' or 'text': how the programs are compared.
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
      # a rule, or what is stored for the backward pass, shows there alone
      return not deaf.same_function(first) and other('vjp')
    except (TypeError, ValueError):  # it alone refuses, and the claims say so
      return takes(way, case, setting)


def ways_of(model: str) -> list[Way]:
  """Return our ways that have a model."""
  return having(map(find, OWN), model)


def shows(deafness: Deafness, model: str) -> Setting | None:
  """Return the first setting that shows a deafness in every way, or None.

  The texts are compared in the first way alone: the programs of the others have
  the same text, as the claims say.
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
  """Return what the claims say of a deaf way; None where nothing shows it."""
  setting, case = shows(deafness, model), CASES[model]
  fails = lambda other: differs(deafness, ways_of(model)[0], case, other)
  return setting and blame(case, setting, fails)


def unnamed(
  deafnesses: Iterable[Deafness], model: str
) -> dict[str, str | None]:
  """Return the deaf ways that the claims do not name, and what they say."""
  said = {d: said_of(d, model) for d in deafnesses}
  return {
    deafness.words: words
    for deafness, words in said.items()
    if not any(name in (words or '') for name in deafness.names)
  }


def unheard(model: str) -> Iterator[str]:
  """Yield what one way could ignore or exchange without a claim that sees it.

  The words are those of the deaf way.
  """
  yield from unnamed(ignoring_any(model), model)
  yield from unnamed(exchanging_any(model), model)
  yield from (d.words for d in of_calls(CASES[model]) if not shows(d, model))


def unread(model: str) -> Iterator[str]:
  """Yield the hyperparameters that all ways could ignore before the oracle.

  They change no number that the oracle computes: where a value is drawn, how
  many steps of a loop are unrolled, what is stored for the backward pass.
  """
  case, way = CASES[model], ways_of(model)[0]
  for name in with_default(model):
    deaf = ignoring(name).of(way, model)
    rows = moving(case, name)
    if not any(fails_oracle(deaf, case, setting) for setting in rows):
      yield name


def fails_oracle(way: Way, case: Case, setting: Setting) -> bool:
  """Return whether the oracle says in a setting that a way is wrong."""
  try:
    check_one('oracle', [way], case, Example(setting))
  except Disagreement:
    return True
  return False
