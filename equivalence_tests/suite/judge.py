"""Runs a claim on a model: rows, real text, covering rows, then Hypothesis."""

import math
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from equivalence_tests.suite.blame import blame
from equivalence_tests.suite.bringing import bring
from equivalence_tests.suite.cases import (
  Case,
  Example,
  Setting,
  indices,
  structs,
)
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.compare import Disagreement
from equivalence_tests.suite.covering import covering
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.strategies import examples, free, rows
from equivalence_tests.suite.strictness import be_strict, width
from equivalence_tests.suite.trial import Trial
from equivalence_tests.suite.ways import (
  BROUGHT,
  OWN,
  Misuse,
  Way,
  find,
  root,
)

CHARACTERS = 32  # of real text, in a sequence
STRIDE = 7919  # between the places where two seeds begin to read
SHRINKS = 25  # examples at most, to find a smaller one that fails


class Verdict(NamedTuple):
  """What came of a claim on a model.

  Attributes:
    model: its name.
    claim: its id.
    holds: whether no example speaks against it.
    figure: what stands behind it, the greatest over the examples; or how far
      off the failing one is, None where that is no number.
    unit: of the figure.
    examples: on how many it was tried.
    seconds: how long that took.
    message: why it does not hold.
    example: the example that speaks against it.
    rests_on: the claim that fails, without which this one says nothing.
  """

  model: str
  claim: str
  holds: bool
  figure: float | None
  unit: str
  examples: int
  seconds: float
  message: str = ''
  example: Example | None = None
  rests_on: str = ''

  @property
  def fails(self) -> bool:
    """Whether an example speaks against it."""
    return not self.holds and not self.rests_on


class Plan(NamedTuple):
  """How a claim is tried.

  Attributes:
    examples: how many Hypothesis draws beyond the rows and the text.
    seed: of every draw.
    text: what is read, one-hot.
    ulp: how far the ways may be apart.
    shard: which part of the examples is tried, counted from 0.
    shards: into how many parts they are dealt.
  """

  examples: int
  seed: int
  text: str
  ulp: int = 0
  shard: int = 0
  shards: int = 1

  @property
  def from_last(self) -> int:
    """The shard, counted from the last: it has the fewest rows to try."""
    return self.shards - 1 - self.shard


class Trials:
  """The examples that a claim of a model has been tried on, and its figure."""

  def __init__(
    self,
    claim: str,
    case: Case,
    ways: Sequence[Way],
    plan: Plan,
    failed: frozenset[str] = frozenset(),
  ):
    """None has been tried yet."""
    self.claim, self.case, self.plan, self.failed = claim, case, plan, failed
    self.ways = [w for w in ways if w.why_not(claim, case.model) is None]
    self.figure, self.examples, self.last = 0.0, 0, Example(case.rows[0])
    self.start = time.perf_counter()

  def check(self, example: Example) -> float:
    """The figure on one example.

    Raises:
      Disagreement: the claim does not hold on it.
    """
    how = {'ulp': self.plan.ulp, 'failed': self.failed}
    return check_one(self.claim, self.ways, self.case, example, **how)

  def attempt(self, example: Example) -> None:
    """Tries one example.

    Raises:
      Disagreement: the claim does not hold on it.
    """
    self.last, self.examples = example, self.examples + 1
    self.figure = max(self.figure, self.check(example))

  def draw(self, what: Any, count: int, *phases: Phase) -> None:
    """Tries what Hypothesis draws, count examples at most.

    Raises:
      Disagreement: the claim does not hold on one; the last one tried.
    """
    if not count:
      return
    quick = settings(
      max_examples=count,
      phases=phases,
      deadline=None,
      database=None,
      report_multiple_bugs=False,
      suppress_health_check=[HealthCheck.too_slow],
    )
    test = quick(given(what)(lambda example: self.attempt(example)))
    seed(self.plan.seed + self.plan.shard)(test)()

  def verdict(self, failure: Disagreement | None = None) -> Verdict:
    """What came of it; with a failure, that the last example is against it."""
    return Verdict(
      self.case.model,
      self.claim,
      failure is None,
      self.figure if failure is None else failure.figure,
      CLAIMS[self.claim].unit,
      self.examples,
      time.perf_counter() - self.start,
      '' if failure is None else str(failure),
      None if failure is None else self.last,
    )


def judge(
  claim: str,
  case: Case,
  ways: Sequence[Way],
  plan: Plan,
  failed: frozenset[str] = frozenset(),
) -> Verdict:
  """Tries a claim on rows, on real text, and on what Hypothesis draws.

  Ways that do not claim it are left out. Where a claim that it rests on is
  among those that failed, nothing is tried.
  """
  trials = Trials(claim, case, ways, plan, failed)
  verdict = tried(trials)
  return explained(trials, verdict) if verdict.fails else verdict


def tried(trials: Trials) -> Verdict:
  """The verdict on the first example that speaks against the claim, or on all.

  Of a failure it says what happened, and not yet on what that depends.
  """
  case, plan, claim = trials.case, trials.plan, CLAIMS[trials.claim]
  if not trials.ways or case.why_not(trials.claim):
    return trials.verdict()
  found = next((c for c in claim.rests_on if c in trials.failed), None)
  if found:
    return trials.verdict()._replace(holds=False, figure=None, rests_on=found)
  try:
    if claim.depends_on == 'model':
      if plan.from_last == 0:
        trials.attempt(Example(case.rows[0], plan.seed))
      return trials.verdict()
    for example in fixed_examples(case, plan, claim.covers):
      trials.attempt(example)
    anything = examples(case, rows(case) | free(case))
    count = len(range(plan.from_last, plan.examples, plan.shards))
    trials.draw(anything, count, Phase.generate)
    return trials.verdict()
  except Disagreement as failure:
    return trials.verdict(failure)


def explained(trials: Trials, verdict: Verdict) -> Verdict:
  """The verdict on simpler values, naming the hyperparameters it depends on."""
  if CLAIMS[trials.claim].depends_on == 'values':
    verdict = smaller(trials) or verdict
  return blamed(trials, verdict)


def blamed(trials: Trials, verdict: Verdict) -> Verdict:
  """The verdict, its message naming the hyperparameters that it depends on."""
  assert verdict.example is not None
  example = verdict.example

  def fails(setting: Setting) -> bool:
    try:
      trials.check(Example(setting, example.key))
    except Disagreement:
      return takes(trials.ways[0], trials.case, setting)
    return False

  said = blame(trials.case, example.setting, fails)
  return verdict._replace(message=verdict.message + said)


def takes(way: Way, case: Case, setting: Setting) -> bool:
  """Whether a way has a program for a setting, and does not refuse it."""
  with setting_width(setting):
    try:
      subject(way, case, setting).trace('apply')
    except (TypeError, ValueError):
      return False
  return True


def smaller(trials: Trials) -> Verdict | None:
  """A verdict on simpler values in the setting that fails, if some fail too."""
  same = examples(trials.case, st.just(trials.last.setting))
  try:
    trials.draw(same, SHRINKS, Phase.generate, Phase.shrink)
  except Disagreement as failure:
    return trials.verdict(failure)
  return None


def merge(verdicts: Sequence[Verdict]) -> Verdict:
  """One verdict on a claim of a model, of those on parts of the examples."""
  order = [
    *(v for v in verdicts if v.fails),
    *(v for v in verdicts if v.rests_on),
    *verdicts,
  ]
  figures = [v.figure for v in verdicts if v.figure is not None]
  return order[0]._replace(
    figure=order[0].figure if order[0].fails else max(figures, default=None),
    examples=sum(v.examples for v in verdicts),
    seconds=sum(v.seconds for v in verdicts),
  )


def check_one(
  claim: str,
  ways: Sequence[Way],
  case: Case,
  example: Example,
  **how: Any,
) -> float:
  """The figure of a claim on one example, at the width that it needs.

  Ways that say they have nothing of its setting are left out.

  Raises:
    Disagreement: it does not hold, or a way breaks down on the example.
    Misuse: no way is left.
  """
  given = example.setting.hyperparameters
  ways = [way for way in ways if way.has(case.model, given)]
  if not ways:
    raise Misuse(f'{case.model}: expected a way with {given}, got none')
  with setting_width(example.setting):
    try:
      trial = Trial(tuple(ways), case, example, **how)
      return CLAIMS[claim].check(trial)
    except (Disagreement, Misuse):
      raise
    except Exception as error:
      raise Disagreement(
        f'{claim}: {broken(ways, error)}{case.model}: expected a result, got '
        f'{type(error).__name__}: {error}{place(ways, error)}'
      ) from error


def last_own(
  ways: Sequence[Way], error: Exception
) -> tuple[Way, traceback.FrameSummary] | None:
  """The last line of a way's own files that an error went through."""
  for frame in traceback.extract_tb(error.__traceback__)[::-1]:
    for way in ways:
      if frame.filename.startswith(str(way.folder)):
        return way, frame
  return None


def broken(ways: Sequence[Way], error: Exception) -> str:
  """The name of the way in which an error arose, if it is one's."""
  found = last_own(ways, error)
  return f'{found[0].name} ' if found else ''


def place(ways: Sequence[Way], error: Exception) -> str:
  """The last line of the way's own file that an error went through."""
  found = last_own(ways, error)
  if not found:
    return ''
  _, frame = found
  return f' ({frame.filename}:{frame.lineno}: {frame.line})'


def setting_width(setting: Setting) -> AbstractContextManager[None]:
  """The width that a setting needs: 64 bits if any of its dtypes has them."""
  dtypes = (setting.dtype, *setting.hyperparameters.values())
  return width('float64' if 'float64' in dtypes else 'float32')


def replay(
  claim: str,
  model: str,
  packages: Sequence[str],
  example: Example,
  ulp: int = 0,
  folders: Sequence[str] = (),
  cases: Sequence[str] = (),
) -> float:
  """The figure of one claim on one example, as a report prints it to paste.

  It is as strict as the suite, wherever it is pasted: packages that are not
  installed are looked for in the folders, and these bring the cases.
  """
  be_strict()
  sys.path[:0] = folders
  for package in cases:
    bring(package)
  ways = [find(package) for package in packages]
  return check_one(claim, ways, CASES[model], example, ulp=ulp)


def python(verdict: Verdict, ways: Sequence[Way], ulp: int = 0) -> str:
  """Python that tries the example that speaks against a claim once more."""
  claiming = [
    way for way in ways if way.why_not(verdict.claim, verdict.model) is None
  ]
  packages = [way.package for way in claiming]
  cases = [BROUGHT[verdict.model]] if verdict.model in BROUGHT else []
  theirs = [package for package in packages if package not in OWN.values()]
  folders = sorted({*map(root, (*theirs, *cases))})
  more = [
    *([f'ulp={ulp}'] if ulp else []),
    *([f'folders={folders!r}'] if folders else []),
    *([f'cases={cases!r}'] if cases else []),
  ]
  return (
    'from math import inf, nan\n'
    'from equivalence_tests.suite.cases import Example, Setting\n'
    'from equivalence_tests.suite.judge import replay\n'
    f'replay({verdict.claim!r}, {verdict.model!r}, {packages!r},\n'
    f'  {", ".join([repr(verdict.example), *more])})'
  )


def fixed_examples(
  case: Case, plan: Plan, covers: str = 'none'
) -> list[Example]:
  """Of each row with values drawn from the seed, and real text, this part.

  Rows that cover the hyperparameters follow, where covers is `all`.
  """
  each = [Example(setting, plan.seed) for setting in case.rows]
  if case.text:
    each.append(text_example(case, plan.text, plan.seed))
  more = covering(case) if covers == 'all' else ()
  each.extend(Example(setting, plan.seed) for setting in more)
  return each[plan.shard :: plan.shards]


def not_judged(case: Case) -> Iterator[str]:
  """Yield what the oracle does not judge, on which rows, and the reason."""
  if not callable(case.not_judged):  # on all rows, whatever these are
    for part, reason in case.unjudged(case.rows[0]).items():
      yield f'{part} not judged: {reason}'
    return
  settings = [*case.rows, *covering(case)]
  found: dict[tuple[str, str], list[Setting]] = {}
  for setting in settings:
    for said in case.unjudged(setting).items():
      found.setdefault(said, []).append(setting)
  for (part, reason), where in found.items():
    if len(where) == len(settings):
      yield f'{part} not judged: {reason}'
      continue
    rows = '; '.join(map(in_words, where))
    count = f'{len(where)} of {len(settings)} rows'
    yield f'{part} not judged on {count}: {reason}: {rows}'


def in_words(setting: Setting) -> str:
  """Return the hyperparameters, the dtype and the batch of a setting."""
  given = [f'{n}={v!r}' for n, v in setting.hyperparameters.items()]
  more = [f'of {setting.dtype}', *setting.optional]
  batch = [f'batch {setting.batch}'] if setting.batch else []
  return ', '.join([*given, *more, *batch])


def text_example(case: Case, text: str, seed: int) -> Example:
  """Characters of the text, from a place that the seed picks, one-hot.

  Raises:
    Misuse: the text is too short.
  """
  ids = indices(text)
  sizes = {**case.rows[0].sizes, 'inputs': max(ids, default=0) + 1}
  if 'time' in sizes:
    sizes['time'] = CHARACTERS
  setting = case.rows[0]._replace(sizes=sizes)
  first, *_ = case.arguments
  count = math.prod(structs(case, setting, first).shape[:-1])
  if len(ids) <= count:
    raise Misuse(f'text: expected over {count} characters, got {len(ids)}')
  start = seed * STRIDE % (len(ids) - count)
  return Example(setting, seed, characters=ids[start : start + count])
