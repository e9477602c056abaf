"""The processes that judge, each its part of the examples."""

import multiprocessing
import signal
from collections.abc import Generator, Sequence
from typing import Any

from equivalence_tests.suite.bringing import bring
from equivalence_tests.suite.judge import Plan, Verdict, judge
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import forget
from equivalence_tests.suite.strictness import (
  be_strict,
  cache_folder,
  collect_seldom,
  compile_quickly,
  keep_compiled,
)
from equivalence_tests.suite.ways import BROUGHT, Way, having
from equivalence_tests.terminal.processes import START

SHARDS = 2  # parts that the examples are dealt into, however many processes


def work(
  results: Any,
  models: Sequence[str],
  claims: Sequence[str],
  ways: Sequence[Way],
  plan: Plan,
  cases: Sequence[str],
) -> None:
  """Judges one part of the examples, in a process of its own.

  It knows of no cases but ours, until it has been told what brings others.
  """
  signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it, ends it
  be_strict()
  keep_compiled(cache_folder())
  compile_quickly()
  collect_seldom()
  try:
    for package in cases:
      bring(package)
    for model in models:
      failed: set[str] = set()
      for claim in claims:
        present, known = having(ways, model), frozenset(failed)
        verdict = judge(claim, CASES[model], present, plan, known)
        if not verdict.holds:
          failed.add(claim)
        results.put(verdict)
      forget()
  except BaseException as error:
    results.put(error)


def verdicts(
  models: Sequence[str],
  claims: Sequence[str],
  ways: Sequence[Way],
  plan: Plan,
) -> Generator[Verdict, None, None]:
  """The verdicts on parts of the examples, as the processes reach them."""
  context: Any = multiprocessing.get_context(START)
  results = context.Queue()
  processes = []
  for shard in range(SHARDS):
    part = plan._replace(shard=shard, shards=SHARDS)
    cases = [*dict.fromkeys(BROUGHT.values())]
    arguments = (results, models, claims, ways, part, cases)
    processes.append(context.Process(target=work, args=arguments, daemon=True))
    processes[-1].start()
  try:
    for _ in range(SHARDS * len(models) * len(claims)):
      result = results.get()
      if isinstance(result, BaseException):
        raise result
      yield result
  finally:
    for process in processes:
      process.terminate()
