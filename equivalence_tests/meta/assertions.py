"""What a test of one's own model calls: claims, planted faults, deaf ways.

All of it is as strict as the suite, and leaves JAX so.
"""

import sys
from pathlib import Path

from equivalence_tests.meta.faults import Fault, plant_in
from equivalence_tests.meta.hearing import unheard
from equivalence_tests.suite.bringing import brought
from equivalence_tests.suite.cases import real_text
from equivalence_tests.suite.judge import Plan, Trials, Verdict, judge, tried
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.strictness import be_strict
from equivalence_tests.suite.ways import OWN, find, having


def assert_holds(claim: str, model: str, package: str) -> Verdict:
  """A claim holds of a model of a package, in all our ways that it has.

  Raises:
    AssertionError: it does not; the message says where, and on what.
  """
  be_strict()
  with brought(package):
    ways = having(map(find, OWN), model)
    plan = Plan(examples=1, seed=0, text=real_text())
    verdict = judge(claim, CASES[model], ways, plan)
  if not verdict.holds:
    raise AssertionError(f'{verdict.message}\n  {verdict.example}')
  return verdict


def assert_seen(fault: Fault, way: str, package: str, folder: Path) -> None:
  """A fault, planted in one way of a copy of a package, fails its claim.

  Raises:
    AssertionError: the claim holds in spite of it.
    LookupError: the text that the fault looks for is not there.
  """
  be_strict()
  sys.path.insert(0, str(folder))
  try:
    with brought(plant_in(package, fault, way, folder)):
      case, ways = CASES[fault.model], having(map(find, OWN), fault.model)
      if fault.row is not None:
        case = case._replace(rows=(case.rows[fault.row],), text=False)
      plan = Plan(examples=0, seed=0, text=real_text())
      verdict = tried(Trials(fault.claim, case, ways, plan))
  finally:
    sys.path.remove(str(folder))
  if verdict.holds:
    where = f'{fault.name}, planted in {way} {fault.model}'
    raise AssertionError(f'{where}: {fault.claim} holds')


def assert_hears_all(model: str, package: str) -> None:
  """A way that ignored or exchanged what it is given would be seen.

  Raises:
    AssertionError: of something it would not, and no row says so.
  """
  be_strict()
  with brought(package):
    missed = [*unheard(model)]
  if missed:
    raise AssertionError(f'{model}: no row shows a way that {missed}')
