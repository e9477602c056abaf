"""Every transform does what its loop does, in every scenario of the kit."""

import pytest
from flax.core import lift
from flax.linen import transforms

from equivalence_tests.conforming import SCENARIOS, check
from equivalence_tests.tests.conforming.table import TABLE
from equivalence_tests.tests.transforms.test_every_transform import (
  transforms_of,
)


@pytest.mark.parametrize('lifted', TABLE, ids=lambda lifted: lifted.name)
@pytest.mark.parametrize('scenario', SCENARIOS)
def test_a_transform_is_its_loop(lifted, scenario):
  check(lifted, scenario)


@pytest.mark.parametrize('module', [lift, transforms])
def test_every_transform_of_the_installed_flax_is_in_the_table(module):
  there = {lifted.name.partition(',')[0] for lifted in TABLE}
  assert transforms_of(module) <= there


def test_so_is_every_one_of_ours():
  assert {'layer_scan', 'times_over'} <= {t.name.split(',')[0] for t in TABLE}
