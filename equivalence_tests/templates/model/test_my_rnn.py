"""The model is one program in its ways, and what is wrong with it is seen."""

import pytest

from equivalence_tests.meta.assertions import (
  assert_hears_all,
  assert_holds,
  assert_seen,
)
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.ways import OWN
from equivalence_tests.templates.model.faults import FAULTS

PACKAGE = 'equivalence_tests.templates.model'


@pytest.mark.parametrize('claim', CLAIMS)
def test_a_claim_holds(claim):
  assert_holds(claim, 'my_rnn', PACKAGE)


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('fault', FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_seen(fault, way, tmp_path):
  assert_seen(fault, way, PACKAGE, tmp_path)


def test_a_way_that_were_deaf_would_be_seen():
  assert_hears_all('my_rnn', PACKAGE)
