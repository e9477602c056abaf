"""Which hyperparameters change a program of a model, and which are ignored.

If all ways ignore a hyperparameter, they still are one program, and no
comparison of the ways shows it. So the programs of each way are compared with
its own programs with the hyperparameter at its default.
"""

from collections.abc import Iterator, Sequence

from equivalence_tests.suite.blame import without
from equivalence_tests.suite.cases import Case, Setting
from equivalence_tests.suite.covering import (
  covering,
  is_required,
  moves,
  parameters,
)
from equivalence_tests.suite.programs import Subject, programs_of, subject
from equivalence_tests.suite.strictness import width
from equivalence_tests.suite.ways import Way


def ignored(ways: Sequence[Way], case: Case) -> Iterator[tuple[Way, str]]:
  """Yield the ways and the hyperparameters that change no program of theirs.

  A hyperparameter with a default changes a program if `init`, `apply` or a
  derivative is another one than with the default, in a covering row or a row of
  the case.
  """
  for name, parameter in parameters(case.model).items():
    rows, shown = [*moving(case, name)], None
    for way in () if is_required(parameter) else ways:
      # what shows it in one way is likely to show it in the next
      rows.sort(key=lambda row: row != shown)
      shown = next((s for s in rows if changes(way, case, s, name)), None)
      if shown is None:
        yield way, name


def moving(case: Case, name: str) -> Iterator[Setting]:
  """Yield the rows in which a hyperparameter is not at its default."""
  parameter = parameters(case.model)[name]
  for setting in (*covering(case), *case.rows):
    given = setting.hyperparameters
    if name in given and moves(parameter, given[name]):
      yield setting


def changes(way: Way, case: Case, setting: Setting, name: str) -> bool:
  """Return whether a program differs from the one with a default.

  A setting that the way lacks or refuses has no program, so that none differs.
  """
  usual = without(setting, name)
  wide = 'float64' in (setting.dtype, *setting.hyperparameters.values())
  both = (setting.hyperparameters, usual.hyperparameters)
  if not all(way.has(case.model, given) for given in both):
    return False
  with width('float64' if wide else 'float32'):
    try:
      # not kept: in another width, the setting would be another program
      return differs(subject(way, case, setting), Subject(way, case, usual))
    except (TypeError, ValueError):
      return False


def differs(one: Subject, other: Subject) -> bool:
  """Return whether a program of one subject is not that of the other.

  What `apply` stores for the backward pass shows in the derivative alone.
  """
  names = ['init', 'apply']
  if any(one.form(name) != other.form(name) for name in names):
    return True
  derived = 'vjp' in programs_of(one.case, one.setting)
  alike = not derived or one.same_function(other)
  return not alike and one.form('vjp') != other.form('vjp')
