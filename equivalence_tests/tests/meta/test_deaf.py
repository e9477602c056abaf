"""A way that is deaf to something is seen, by a claim that says to what."""

import pytest

from equivalence_tests.meta.deaf import (
  Deafness,
  exchanging,
  exchanging_any,
  ignoring,
  ignoring_any,
  ignoring_mutable,
  of_calls,
)
from equivalence_tests.suite.blame import blame
from equivalence_tests.suite.cases import hyperparameters
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.covering import covering, parameters
from equivalence_tests.suite.judge import Plan, judge, setting_width, takes
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import SUBJECTS, subject
from equivalence_tests.suite.ways import OWN, find

WAYS = {name: find(name) for name in OWN}
# Each way is made deaf, and must be seen. What is said of it rests on programs
# that all ways have in common, so that is asked of the first alone.
FIRST = next(iter(OWN))
PLAN = Plan(examples=0, seed=0, text='')

HEARING = Deafness((), 'hears', lambda factory: factory, dict)


def against(deafness, name, model):
  """A way that hears, and the one that has been made deaf."""
  return WAYS[other(name)], deafness.of(WAYS[name], model)


def other(name):
  """A way to hold this one against."""
  return next(way for way in OWN if way != name)


def heard(way, deafness, case, setting):
  """The subject of a deaf way; one that hears the same is the same."""
  deaf = subject(deafness.of(way, case.model), case, setting)
  if deafness.change is None:
    return deaf
  usual = {n: p.default for n, p in parameters(case.model).items()}
  hears = deafness.change({**usual, **hyperparameters(setting)})
  takes = repr((sorted(hears.items()), deaf.required, deaf.batched))
  key = (way, case.model, setting.optional, setting.batch, takes)
  return SUBJECTS.setdefault(key, deaf)


def differs(deafness, name, case, setting, by='form'):
  """Whether a program is not that of one who hears, by form or text.

  The other ways have the same as that one, so the claims fail.
  """
  with setting_width(setting):
    if not takes(WAYS[name], case, setting):
      return False
    first = heard(WAYS[name], HEARING, case, setting)
    try:
      deaf = heard(WAYS[name], deafness, case, setting)
      seen = lambda one, program: getattr(one, by)(program)
      other = lambda program: seen(deaf, program) != seen(first, program)
      if other('init') or other('apply'):
        return True
      # a rule, or what is remembered, shows on the way back alone
      return not deaf.same_function(first) and other('vjp')
    except (TypeError, ValueError):  # it refuses, and the claims say so
      return True


def shows(deafness, model):
  """The first setting that shows it in every way; None if none does."""
  case = CASES[model]
  rows = (*case.rows, *covering(case))
  moved = lambda row: {*row.hyperparameters, *row.optional}
  for setting in sorted(rows, key=lambda r: not moved(r) & {*deafness.names}):
    if all(differs(deafness, way, case, setting) for way in OWN):
      if differs(deafness, FIRST, case, setting, 'text'):
        return setting
  return None


def said_of(deafness, model):
  """What is said of a way that is deaf; None where nothing shows it."""
  setting, case = shows(deafness, model), CASES[model]
  fails = lambda other: differs(deafness, FIRST, case, other)
  return setting and blame(case, setting, fails)


def unnamed(deafnesses, model):
  """Those of which it is not said what the way is deaf to, and what is said."""
  said = {d: said_of(d, model) for d in deafnesses}
  return {
    deafness.words: words
    for deafness, words in said.items()
    if not any(name in (words or '') for name in deafness.names)
  }


@pytest.mark.parametrize('model', CASES)
def test_a_hyperparameter_that_a_way_ignores_is_named(model):
  assert not unnamed(ignoring_any(model), model)


@pytest.mark.parametrize('model', CASES)
def test_hyperparameters_that_a_way_exchanges_are_named(model):
  assert not unnamed(exchanging_any(model), model)


@pytest.mark.parametrize('model', CASES)
def test_a_part_of_a_call_that_a_way_ignores_is_seen(model):
  calls = of_calls(CASES[model])
  unseen = [d.words for d in calls if not shows(d, model)]
  assert not unseen, f'{model}: {unseen}'


@pytest.mark.parametrize(
  ('deafness', 'model'),
  [
    (ignoring('dtype'), 'lstm'),
    (ignoring('keep_order'), 'rnn'),
    (exchanging('kernel_init', 'recurrent_init'), 'elman'),
    (exchanging('kernel_init', 'bias_init'), 'dense'),
    (exchanging('reverse', 'keep_order'), 'rnn'),
    (ignoring('step_init'), 'ssm'),
  ],
  ids=lambda given: getattr(given, 'words', given),
)
def test_a_claim_says_which_hyperparameters_a_failure_depends_on(
  deafness, model
):
  case, ways = (
    CASES[model]._replace(text=False),
    against(deafness, 'pure', model),
  )
  failing = (judge(claim, case, ways, PLAN) for claim in CLAIMS)
  message = next(verdict.message for verdict in failing if verdict.fails)
  said = message.splitlines()[-1]
  assert said.startswith(('  it depends on ', '  it takes for each other '))
  assert any(name in said for name in deafness.names)


@pytest.mark.parametrize('model', ['elman', 'batch_norm'])
def test_a_way_that_never_returns_what_moved_fails_state(model):
  ways = against(ignoring_mutable(), 'linen', model)
  case = CASES[model]._replace(text=False)
  assert judge('state', case, ways, PLAN).fails
