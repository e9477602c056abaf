"""Every row of every model, tried in more ways than the command line does.

The first row is tried so by the claims themselves (`Trial.thorough`), and so in
`test_claims.py`: `outputs` applies it eagerly, `vmapped_init` and `state` judge
it as here. What they do is not done again.
"""

import pytest

from equivalence_tests.suite.cases import Example
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.trial import Trial, call, derivative_ins
from equivalence_tests.suite.ways import OWN, find

WAYS = tuple(find(name) for name in OWN)


def rows(cases, first=1):
  return [
    pytest.param(case.model, row, id=f'{case.model}-{number}')
    for case in cases
    for number, row in enumerate(case.rows)
    if number >= first
  ]


ROWS = rows(CASES.values())
MOVING = rows(case for case in CASES.values() if case.state)


@pytest.mark.parametrize(('model', 'setting'), rows(CASES.values(), first=0))
def test_the_ways_make_the_same_variables_eagerly(model, setting):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=3), thorough=True)
    trial.agree('eager', 'init', call('init', trial.rngs, *trial.one))


@pytest.mark.parametrize(('model', 'setting'), ROWS)
def test_the_ways_agree_eagerly(model, setting):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=3), thorough=True)
    trial.agree('eager', 'apply', call('apply', *trial.ins))


@pytest.mark.parametrize('model', CASES)
def test_the_ways_have_the_same_derivative_eagerly(model):
  setting = CASES[model].rows[-1]
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=3), thorough=True)
    derivative = call('vjp', *derivative_ins(trial, 'vjp'))
    trial.agree('eager', 'vjp', derivative)


@pytest.mark.parametrize(('model', 'setting'), ROWS)
def test_a_vmapped_init_is_n_single_ones(model, setting):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=4), thorough=True)
    CLAIMS['vmapped_init'].check(trial)


@pytest.mark.parametrize(('model', 'setting'), MOVING)
def test_the_same_state_moves(model, setting):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=4), thorough=True)
    CLAIMS['state'].check(trial)
