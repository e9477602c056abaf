"""One program, in every dtype, plain, reversed, unrolled and batched."""

import pytest

from equivalence_tests.cases import CASES, Example, Setting
from equivalence_tests.claims import CLAIMS
from equivalence_tests.judge import check_one
from equivalence_tests.ways import OWN, find

WAYS = [find(name) for name in OWN]
VARIANTS = {
  'plain': ({}, 0),
  'reversed': ({'reverse': True}, 0),
  'unrolled': ({'unroll': 2}, 0),
  'batched': ({}, 2),
}


@pytest.mark.parametrize('optional', [(), ('initial_carry',)])
@pytest.mark.parametrize('variant', VARIANTS)
@pytest.mark.parametrize('dtype', ['float32', 'bfloat16', 'float64'])
def test_the_elman_network_is_one_program(dtype, variant, optional):
  hyperparameters, batch = VARIANTS[variant]
  setting = Setting(
    {'features': 3, 'param_dtype': dtype, **hyperparameters},
    {'time': 5, 'inputs': 2},
    dtype,
    batch,
    optional,
  )
  check = CLAIMS['program'].check
  assert check_one(check, WAYS, CASES['elman'], Example(setting)) > 0
