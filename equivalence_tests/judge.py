"""Runs a claim on a model: first its rows and real text, then Hypothesis."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from equivalence_tests.cases import (
  Case,
  Example,
  Setting,
  indices,
  structs,
)
from equivalence_tests.claims import CLAIMS, Trial
from equivalence_tests.compare import Disagreement
from equivalence_tests.models import CASES
from equivalence_tests.strategies import examples, free, rows
from equivalence_tests.strictness import width
from equivalence_tests.ways import Misuse, Way, find

CHARACTERS = 32  # of real text, in a sequence
STRIDE = 7919  # between the places where two seeds begin to read
SHRINKS = 25  # examples at most, to find a smaller one that fails


class Verdict(NamedTuple):
  """What came of a claim on a model.

  Attributes:
    model: its name.
    claim: its id.
    holds: whether no example speaks against it.
    figure: what stands behind it, the greatest over the examples.
    unit: of the figure.
    examples: on how many it was tried.
    seconds: how long that took.
    message: why it does not hold.
    example: the example that speaks against it.
  """

  model: str
  claim: str
  holds: bool
  figure: float
  unit: str
  examples: int
  seconds: float
  message: str = ''
  example: Example | None = None


class Plan(NamedTuple):
  """How a claim is tried.

  Attributes:
    examples: how many Hypothesis draws beyond the rows and the text.
    seed: of every draw.
    text: what is read, one-hot.
    shard: which part of the examples is tried, counted from 0.
    shards: into how many parts they are dealt.
  """

  examples: int
  seed: int
  text: str
  shard: int = 0
  shards: int = 1

  @property
  def from_last(self) -> int:
    """The shard, counted from the last: it has the fewest rows to try."""
    return self.shards - 1 - self.shard


class Trials:
  """The examples that a claim of a model has been tried on, and its figure."""

  def __init__(self, claim: str, case: Case, ways: Sequence[Way], plan: Plan):
    """None has been tried yet."""
    self.claim, self.case, self.ways, self.plan = claim, case, ways, plan
    self.figure, self.examples, self.last = 0.0, 0, Example(case.rows[0])
    self.start = time.perf_counter()

  def attempt(self, example: Example) -> None:
    """Tries one example.

    Raises:
      Disagreement: the claim does not hold on it.
    """
    self.last, self.examples = example, self.examples + 1
    check = CLAIMS[self.claim].check
    figure = check_one(check, self.ways, self.case, example)
    self.figure = max(self.figure, figure)

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

  def verdict(self, message: str = '') -> Verdict:
    """What came of it; with a message, that the last example is against it."""
    return Verdict(
      self.case.model,
      self.claim,
      not message,
      self.figure,
      CLAIMS[self.claim].unit,
      self.examples,
      time.perf_counter() - self.start,
      message,
      self.last if message else None,
    )


def judge(claim: str, case: Case, ways: Sequence[Way], plan: Plan) -> Verdict:
  """Tries a claim on the rows, on real text, and on what Hypothesis draws."""
  trials = Trials(claim, case, ways, plan)
  depends_on = CLAIMS[claim].depends_on
  try:
    if depends_on == 'model':
      if plan.from_last == 0:
        trials.attempt(Example(case.rows[0], plan.seed))
      return trials.verdict()
    for example in fixed_examples(case, plan):
      trials.attempt(example)
    anything = examples(case, rows(case) | free(case))
    count = len(range(plan.from_last, plan.examples, plan.shards))
    trials.draw(anything, count, Phase.generate)
    return trials.verdict()
  except Disagreement as failure:
    found = trials.verdict(str(failure))
  return smaller(trials) or found if depends_on == 'values' else found


def smaller(trials: Trials) -> Verdict | None:
  """A verdict on simpler values in the setting that fails, if some fail too."""
  same = examples(trials.case, st.just(trials.last.setting))
  try:
    trials.draw(same, SHRINKS, Phase.generate, Phase.shrink)
  except Disagreement as failure:
    return trials.verdict(str(failure))
  return None


def merge(verdicts: Sequence[Verdict]) -> Verdict:
  """One verdict on a claim of a model, of those on parts of the examples."""
  first = next((v for v in verdicts if not v.holds), verdicts[0])
  return first._replace(
    figure=max(v.figure for v in verdicts),
    examples=sum(v.examples for v in verdicts),
    seconds=sum(v.seconds for v in verdicts),
  )


def check_one(
  check: Callable[[Trial], float],
  ways: Sequence[Way],
  case: Case,
  example: Example,
) -> float:
  """The figure of a claim on one example, at the width that it needs.

  Raises:
    Disagreement: it does not hold, or a way breaks down on the example.
  """
  with setting_width(example.setting):
    try:
      return check(Trial(tuple(ways), case, example))
    except (Disagreement, Misuse):
      raise
    except Exception as error:
      raise Disagreement(
        f'{check.__name__}: {case.model}: expected a result, got '
        f'{type(error).__name__}: {error}'
      ) from error


def setting_width(setting: Setting) -> AbstractContextManager[None]:
  """The width that a setting needs: 64 bits if any of its dtypes has them."""
  dtypes = (setting.dtype, *setting.hyperparameters.values())
  return width('float64' if 'float64' in dtypes else 'float32')


def replay(
  claim: str, model: str, packages: Sequence[str], example: Example
) -> float:
  """The figure of one claim on one example, as a report prints it to paste."""
  ways = [find(package) for package in packages]
  return check_one(CLAIMS[claim].check, ways, CASES[model], example)


def python(verdict: Verdict, ways: Sequence[Way]) -> str:
  """Python that tries the example that speaks against a claim once more."""
  packages = [way.package for way in ways]
  return (
    'from math import inf, nan\n'
    'from equivalence_tests.cases import Example, Setting\n'
    'from equivalence_tests.judge import replay\n'
    f'replay({verdict.claim!r}, {verdict.model!r}, {packages!r},\n'
    f'  {verdict.example!r})'
  )


def fixed_examples(case: Case, plan: Plan) -> list[Example]:
  """Of each row with values drawn from the seed, and real text, this part."""
  each = [Example(setting, plan.seed) for setting in case.rows]
  if case.text:
    each.append(text_example(case, plan.text, plan.seed))
  return each[plan.shard :: plan.shards]


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
