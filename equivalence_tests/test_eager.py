"""Every row of every model without jit: the ways agree to the last bit."""

import pytest

from equivalence_tests.cases import CASES, Example
from equivalence_tests.claims import EAGER_ULP, Trial, call
from equivalence_tests.judge import setting_width
from equivalence_tests.programs import normal
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
    trial = Trial(WAYS, CASES[model], Example(setting, key=3))
    ins = (trial.variables, *trial.xs)
    tangents = normal((trial.first.variables, *trial.first.batched), 3)
    cotangents = normal(trial.first.outputs, 3)
    for program, arguments in (
      ('init', (trial.key, *trial.one)),
      ('apply', ins),
      ('vjp', (trial.variables, trial.xs, cotangents)),
      ('jvp', (trial.variables, trial.xs, tangents)),
    ):
      trial.agree('eager', program, call(program, *arguments), EAGER_ULP)
