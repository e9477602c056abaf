"""The transform does what its loop does, of whatever is lifted."""

import pytest

from equivalence_tests.conforming import SCENARIOS, check
from equivalence_tests.templates.transform.conformance import TIMES_OVER


@pytest.mark.parametrize('scenario', SCENARIOS)
def test_it_is_its_loop(scenario):
  check(TIMES_OVER, scenario)
