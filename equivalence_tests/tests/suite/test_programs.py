"""One program, in every dtype, plain, reversed, unrolled and batched."""

import pytest

from equivalence_tests.suite.cases import Example, Setting
from equivalence_tests.suite.judge import setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.trial import Trial
from equivalence_tests.suite.ways import OWN, find

WAYS = tuple(find(name) for name in OWN)
CARRY = ('initial_carry',)
VARIANTS = {
  'plain': ({}, 0, ()),
  'reversed': ({'reverse': True}, 0, CARRY),
  'unrolled': ({'unroll': 2}, 0, ()),
  'batched': ({}, 2, CARRY),
}


@pytest.mark.parametrize('variant', VARIANTS)
@pytest.mark.parametrize('dtype', ['float32', 'bfloat16', 'float64'])
def test_the_elman_network_is_one_program(dtype, variant):
  hyperparameters, batch, optional = VARIANTS[variant]
  setting = Setting(
    {'features': 3, 'param_dtype': dtype, **hyperparameters},
    {'time': 5, 'inputs': 2},
    dtype,
    batch,
    optional,
  )
  with setting_width(setting):
    first, *others = Trial(WAYS, CASES['elman'], Example(setting)).subjects
    for program in ('apply', 'vjp', 'jvp'):  # init is that of the rows
      for other in others:
        assert other.text(program) == first.text(program), other.way.name
