"""A way that ignores something is seen, by a claim that names it."""

import pytest

from equivalence_tests.meta.deaf import (
  exchanging,
  exchanging_any,
  ignoring,
  ignoring_any,
  ignoring_mutable,
  of_calls,
  with_default,
)
from equivalence_tests.meta.hearing import (
  differs,
  shows,
  unnamed,
  unread,
  ways_of,
)
from equivalence_tests.suite import effects
from equivalence_tests.suite.blame import having
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.covering import covering
from equivalence_tests.suite.judge import (
  Plan,
  Trials,
  judge,
  setting_width,
  tried,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject
from equivalence_tests.suite.ways import OWN, find

PLAN = Plan(examples=0, seed=0, text='')
# Of these, every hyperparameter is ignored in turn: all kinds are among them.
SMALL = ('dense', 'elman', 'min_gru', 'dropout', 'batch_norm', 'remat_rnn')
INITIALIZERS = {'recurrent_init', 'kernel_init', 'bias_init'}


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
  others = (claim for claim in CLAIMS if claim != 'signature')
  failing = (judge(claim, case, ways, PLAN) for claim in others)
  message = next(verdict.message for verdict in failing if verdict.fails)
  said = message.splitlines()[-1]
  assert said.startswith(('  it depends on ', '  it takes for each other '))
  assert any(name in said for name in deafness.names)


@pytest.mark.parametrize('model', SMALL)
def test_a_hyperparameter_that_all_ways_ignore_is_named_by_signature(model):
  case = CASES[model]
  for name in with_default(model):
    ways = [ignoring(name).of(way, model) for way in ways_of(model)]
    verdict = tried(Trials('signature', case, ways, PLAN))
    assert verdict.fails, f'{name}: signature holds'
    assert f'{model}: {name}: expected another program' in verdict.message


@pytest.mark.parametrize('model', SMALL)
def test_every_hyperparameter_that_is_ignored_is_found(model):
  ways = ways_of(model)[:1]
  deaf = [ignoring(*with_default(model)).of(way, model) for way in ways]
  found = [name for _, name in effects.ignored(deaf, CASES[model])]
  assert found == with_default(model)


@pytest.mark.parametrize('model', CASES)
def test_a_program_that_is_traced_again_is_the_same(model):
  """Otherwise every hyperparameter would seem to have an effect."""
  case = CASES[model]
  for setting in (case.rows[0], *covering(case)[::7]):
    for way in ways_of(model):
      with setting_width(setting):
        one, other = (Subject(way, case, setting) for _ in range(2))
        assert not effects.differs(one, other)


@pytest.mark.parametrize(
  ('model', 'names'),
  [
    ('elman', {*INITIALIZERS, 'unroll'}),
    ('min_gru', {*INITIALIZERS, 'unroll', 'mode'} - {'recurrent_init'}),
    ('remat_rnn', {*INITIALIZERS, 'saved'}),
  ],
)
def test_the_oracle_reads_what_changes_a_value(model, names):
  """It takes the parameters as they are, however they are drawn."""
  assert {*unread(model)} == names


def test_where_nobody_takes_a_setting_no_way_is_told_apart():
  case = CASES['rnn']
  refused = having(case.rows[0], unroll=0)
  assert not differs(ignoring('unroll'), find('pure'), case, refused)


@pytest.mark.parametrize('model', ['elman', 'batch_norm'])
def test_a_way_that_never_returns_what_moved_fails_state(model):
  ways = against(ignoring_mutable(), 'linen', model)
  case = CASES[model]._replace(text=False)
  assert judge('state', case, ways, PLAN).fails
