"""What came of a judgement: verdicts, what is to be said of them, and JSON."""

import importlib.metadata
import itertools
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.compare import APART
from equivalence_tests.suite.judge import (
  Plan,
  Verdict,
  merge,
  not_judged,
  python,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import Way, having
from equivalence_tests.terminal.options import several
from equivalence_tests.terminal.pool import SHARDS


class Report:
  """The verdicts so far."""

  def __init__(
    self,
    models: Sequence[str],
    claims: Sequence[str],
    ways: Sequence[Way],
    plan: Plan,
  ):
    """Nothing has been judged yet."""
    self.models, self.claims, self.ways = models, claims, ways
    self.plan = plan
    self.parts: dict[tuple[str, str], list[Verdict]] = {}
    self.start = time.perf_counter()

  def add(self, verdict: Verdict) -> bool:
    """Takes in a verdict on a part; whether that was the last of its model."""
    self.parts.setdefault((verdict.model, verdict.claim), []).append(verdict)
    return self.is_whole(verdict.model)

  def count(self, model: str) -> int:
    """How many verdicts on parts there are of a model."""
    return sum(len(self.parts.get((model, c), ())) for c in self.claims)

  def is_whole(self, model: str) -> bool:
    """Whether a model has been judged, on all parts of the examples."""
    return self.count(model) == SHARDS * len(self.claims)

  @property
  def whole(self) -> list[str]:
    """The models that have been judged."""
    return [model for model in self.models if self.is_whole(model)]

  @property
  def current(self) -> list[str]:
    """The models that are being judged."""
    left = [model for model in self.models if not self.is_whole(model)]
    return [model for model in left if self.count(model)] or left[:1]

  def of(self, model: str) -> list[Verdict]:
    """The verdicts on all examples of a model, in the order of the claims.

    What rests on a claim that fails, on whichever part, is not judged.
    """
    found: list[Verdict] = []
    failed: set[str] = set()
    for claim in self.claims:
      parts = self.parts.get((model, claim), [])
      if len(parts) == SHARDS:
        verdict = merge(parts)
        rests_on = [c for c in CLAIMS[claim].rests_on if c in failed]
        if rests_on:
          verdict = verdict._replace(holds=False, rests_on=rests_on[0])
        if not verdict.holds:
          failed.add(claim)
        found.append(verdict)
    return found

  @property
  def done(self) -> list[Verdict]:
    """The verdicts on all examples, model by model."""
    return [verdict for model in self.models for verdict in self.of(model)]

  @property
  def failures(self) -> list[Verdict]:
    """Those that an example speaks against."""
    return [verdict for verdict in self.done if verdict.fails]

  def not_claimed(self, model: str, claim: str) -> dict[str, str]:
    """Way -> its reason, of those with the model that do not claim this."""
    of_none = CASES[model].why_not(claim)
    reasons = {
      way.name: of_none or way.why_not(claim, model)
      for way in having(self.ways, model)
    }
    return {name: reason for name, reason in reasons.items() if reason}

  def not_made(self, model: str, claim: str) -> str:
    """Why no way claims this of the model; '' where one does."""
    reasons = self.not_claimed(model, claim)
    every = len(reasons) == len(having(self.ways, model))
    return '; '.join(dict.fromkeys(reasons.values())) if every else ''

  def shown(self, verdict: Verdict) -> str:
    """What came of a claim: a figure, or why there is none."""
    if verdict.rests_on:
      return 'not judged'
    if self.not_made(verdict.model, verdict.claim):
      return 'not made'
    if verdict.holds and self.not_claimed(verdict.model, verdict.claim):
      return 'not claimed'
    figure = '' if verdict.figure is None else number(verdict.figure)
    return figure if verdict.holds else f'FAILS {figure}'.rstrip()

  def absent(self, way: Way) -> list[str]:
    """The models that a way lacks."""
    return [model for model in self.models if way.factory(model) is None]

  def only(self, way: Way) -> dict[str, list[Any]]:
    """'model.hyperparameter' -> its values, where a way has not all."""
    return {
      f'{model}.{name}': [*values]
      for model in self.models
      for name, values in way.only(model).items()
    }

  def remarks(self) -> Iterator[str]:
    """What the ways lack, what they do not claim, and what is not judged."""
    for (claim, reason), models in self.reasons(self.not_made).items():
      yield f'{", ".join(models)}: {claim} not made: {reason}'
    for way in self.ways:
      if self.absent(way):
        yield f'{way.name}: {", ".join(self.absent(way))}: absent'
      for name, values in self.only(way).items():
        several = ', '.join(map(str, values))
        yield f'{way.name}: {name}: judged with {several} alone'

      def why(model: str, claim: str, name: str = way.name) -> str | None:
        made = not self.not_made(model, claim)
        return self.not_claimed(model, claim).get(name) if made else None

      for (claim, reason), models in self.reasons(why).items():
        yield f'{way.name}: {", ".join(models)}: {claim} not claimed: {reason}'
    yield from self.not_judged()
    for verdict in self.done:
      if verdict.rests_on:
        where = f'{verdict.model}: {verdict.claim}'
        yield f'{where} not judged, since {verdict.rests_on} fails'

  def not_judged(self) -> Iterator[str]:
    """Yield what the oracle does not judge of each model, and why."""
    for model in self.models if 'oracle' in self.claims else ():
      if not self.not_made(model, 'oracle'):
        for said in not_judged(CASES[model]):
          yield f'{model}: oracle: {said}'

  def reasons(
    self, why: Callable[[str, str], str | None]
  ) -> dict[tuple[str, str], list[str]]:
    """Claim and reason -> the models of which it is not claimed for that."""
    found: dict[tuple[str, str], list[str]] = {}
    for claim, model in itertools.product(self.claims, self.models):
      reason = why(model, claim)
      if reason:
        found.setdefault((claim, reason), []).append(model)
    return found

  def pasted(self, verdict: Verdict) -> str | None:
    """Python that shows what speaks against a claim, if anything does."""
    ways = having(self.ways, verdict.model)
    return python(verdict, ways, self.plan.ulp) if verdict.example else None

  def sum_of(self, verdicts: Sequence[Verdict], so_far: str = '') -> str:
    """What came of verdicts, in a few words: how many hold, and do not."""
    shown = [self.shown(verdict) for verdict in verdicts]
    apart = [
      f'{count} {words}'
      for words in ('not judged', 'not claimed', 'not made')
      if (count := shown.count(words))
    ]
    failures = sum(verdict.fails for verdict in verdicts)
    whole = f'every {"other " if apart else ""}claim{so_far} holds'
    fail = f'{failures} {"does" if failures == 1 else "do"} not hold'
    return ', '.join([*apart, fail if failures else whole])

  def line(self, model: str) -> str:
    """What came of a model: examples, seconds, verdict."""
    verdicts = self.of(model)
    seconds = sum(v.seconds for v in verdicts) / SHARDS
    examples = several(sum(v.examples for v in verdicts), 'example')
    failing = [v.claim for v in verdicts if v.fails]
    named = f': {", ".join(failing)}' if failing else ''
    what = f'{examples}, {seconds:.1f} s: {self.sum_of(verdicts)}{named}'
    return f'{model}: {what}'

  def closing(self) -> str:
    """Ways, claims, models, examples, seconds, verdict."""
    done, whole = self.done, self.whole
    seconds = time.perf_counter() - self.start
    models = several(len(self.models), 'model')
    if len(whole) < len(self.models):
      models = f'interrupted after {len(whole)} of {models}'
    counts = (
      several(len(self.claims), 'claim'),
      models,
      several(sum(verdict.examples for verdict in done), 'example'),
      f'{seconds:.1f} s',
    )
    ways = ', '.join(way.name for way in self.ways)
    so_far = ' judged so far' if len(whole) < len(self.models) else ''
    return f'{ways}: {", ".join(counts)}: {self.sum_of(done, so_far)}'

  def as_json(self) -> dict[str, Any]:
    """Versions, ways, and what came of each claim on each model."""
    is_whole = self.whole == [*self.models]
    return {
      'holds': is_whole and not self.failures,
      'interrupted': not is_whole,
      'versions': versions(),
      'ways': [
        {
          'name': way.name,
          'package': way.package,
          'absent': self.absent(way),
          'only': self.only(way),
        }
        for way in self.ways
      ],
      'seed': self.plan.seed,
      'ulp': self.plan.ulp,
      'verdicts': [
        {
          **verdict._asdict(),
          'example': self.pasted(verdict),
          'not_claimed': self.not_claimed(verdict.model, verdict.claim),
        }
        for verdict in self.done
      ],
    }


def number(figure: float) -> str:
  """A figure in few digits; two trees that are no nearer are far."""
  return 'far' if figure >= APART else f'{round(figure, 2):g}'


def versions() -> dict[str, str]:
  """Python's version, and those of what the figures depend on."""
  packages = ('jax', 'jaxlib', 'flax', 'numpy', 'hypothesis', 'lifted-rnn')
  return {
    'python': platform.python_version(),
    **{name: importlib.metadata.version(name) for name in packages},
  }
