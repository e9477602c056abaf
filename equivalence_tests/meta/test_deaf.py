"""A way that is deaf to something is seen, by a claim that says to what."""

import pytest

from equivalence_tests.blame import blame
from equivalence_tests.cases import Example
from equivalence_tests.claims import CLAIMS
from equivalence_tests.covering import covering
from equivalence_tests.judge import Plan, setting_width
from equivalence_tests.meta.deaf import (
  exchanging,
  ignoring,
  ignoring_mutable,
  of_calls,
  of_hyperparameters,
)
from equivalence_tests.models import CASES
from equivalence_tests.trial import Trial
from equivalence_tests.ways import OWN, find

WAYS = {name: find(name) for name in OWN}
PLAN = Plan(examples=0, seed=0, text='')


def against(deafness, name, model):
  """A way that hears, and the one that has been made deaf."""
  other = next(way for way in OWN if way != name)
  return WAYS[other], deafness.of(WAYS[name], model)


def differs(ways, case, setting):
  """Whether `init` or `apply` is another program, which the claims fail for."""
  with setting_width(setting):
    try:
      trial = Trial(ways, case, Example(setting))
      return not trial.one_program('init', 'apply')
    except (TypeError, ValueError):  # it refuses, and the claims say so
      return True


def shows(deafness, way, model):
  """The first setting that shows it, and what shows it; None if none does."""
  case, ways = CASES[model], against(deafness, way, model)
  rows = (*case.rows, *covering(case))
  moved = lambda row: {*row.hyperparameters, *row.optional}
  for setting in sorted(rows, key=lambda r: not moved(r) & {*deafness.names}):
    if differs(ways, case, setting):
      return setting, lambda other: differs(ways, case, other)
  return None


def said_of(deafness, way, model):
  """What is said of a way that is deaf; None where nothing shows it."""
  found = shows(deafness, way, model)
  return found and blame(model, *found)


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_a_hyperparameter_that_a_way_ignores_or_exchanges_is_named(model, way):
  unseen = {
    deafness.words: said
    for deafness in of_hyperparameters(model)
    if not any(
      name in ((said := said_of(deafness, way, model)) or '')
      for name in deafness.names
    )
  }
  assert not unseen, f'{way} {model}: {unseen}'


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_a_part_of_a_call_that_a_way_ignores_is_seen(model, way):
  heard = [
    deafness.words
    for deafness in of_calls(CASES[model])
    if not shows(deafness, way, model)
  ]
  assert not heard, f'{way} {model}: {heard} is not seen'


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
  assert judge('state', CASES[model], ways, PLAN).fails
