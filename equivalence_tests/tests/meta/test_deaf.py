"""A way that is deaf to something is seen, by a claim that says to what."""

import pytest

from equivalence_tests.meta.deaf import (
  exchanging,
  exchanging_any,
  ignoring,
  ignoring_any,
  ignoring_mutable,
  of_calls,
)
from equivalence_tests.meta.hearing import differs, shows, unnamed
from equivalence_tests.suite.blame import having
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import Plan, judge
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find

PLAN = Plan(examples=0, seed=0, text='')


def against(deafness, name, model):
  """A way that hears, and the one that has been made deaf."""
  other = next(way for way in OWN if way != name)
  return find(other), deafness.of(find(name), model)


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


def test_where_nobody_takes_a_setting_no_way_is_told_apart():
  case = CASES['rnn']
  refused = having(case.rows[0], unroll=0)
  assert not differs(ignoring('unroll'), find('pure'), case, refused)


@pytest.mark.parametrize('model', ['elman', 'batch_norm'])
def test_a_way_that_never_returns_what_moved_fails_state(model):
  ways = against(ignoring_mutable(), 'linen', model)
  case = CASES[model]._replace(text=False)
  assert judge('state', case, ways, PLAN).fails
