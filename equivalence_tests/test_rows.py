"""Every row of every model, tried in more ways than the command line does."""

import pytest

from equivalence_tests.cases import Example
from equivalence_tests.claims import (
  CLAIMS,
  EAGER_ULP,
  Trial,
  call,
  derivative_ins,
)
from equivalence_tests.judge import setting_width
from equivalence_tests.models import CASES
from equivalence_tests.ways import OWN, find

WAYS = tuple(find(name) for name in OWN)
ROWS = [
  pytest.param(model, row, id=f'{model}-{number}')
  for model, case in CASES.items()
  for number, row in enumerate(case.rows)
]


@pytest.mark.parametrize(('model', 'setting'), ROWS)
def test_the_ways_agree_eagerly(model, setting):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=3), thorough=True)
    for program, arguments in (
      ('init', (trial.rngs, *trial.one)),
      ('apply', trial.ins),
      ('vjp', derivative_ins(trial, 'vjp')),
      ('jvp', derivative_ins(trial, 'jvp')),
    ):
      trial.agree('eager', program, call(program, *arguments), EAGER_ULP)


@pytest.mark.parametrize('claim', ['vmapped_init', 'state', 'oracle'])
@pytest.mark.parametrize(('model', 'setting'), ROWS)
def test_the_claim_holds_on_what_init_returns(model, setting, claim):
  with setting_width(setting):
    trial = Trial(WAYS, CASES[model], Example(setting, key=4), thorough=True)
    CLAIMS[claim].check(trial)
