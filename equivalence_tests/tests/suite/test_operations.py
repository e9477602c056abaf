"""Operations counted from the program, against counts by hand and by XLA."""

import jax
import pytest
from jax import lax
from jax import numpy as jnp

from equivalence_tests.suite.cases import Setting
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.operations import Uncounted, count
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.terminal.table import tabulate

STEPS, SIZE = 200_000, 100

# The scan notebook's own figures: 100 x (100 mults + 99 adds), twice; an
# addition of two vectors; an activation. It leaves out the bias, and adds up
# 19,900 + 19,900 + 100 + 100 to 39,000.
PRODUCT = 100 * (100 + 99)
NOTEBOOK_TERMS = PRODUCT + PRODUCT + 100 + 100
BIAS = 100
BY_HAND = STEPS * (NOTEBOOK_TERMS + BIAS)


@pytest.mark.parametrize('way', OWN)
def test_the_elman_network_of_the_notebook_takes_8_020_000_000(way):
  setting = Setting({'features': SIZE}, {'time': STEPS, 'inputs': SIZE})
  found = tabulate(find(way), CASES['elman'], setting)
  assert found.operations == BY_HAND == 8_020_000_000


def test_the_sum_of_the_notebook_is_off():
  assert PRODUCT == 19_900
  assert NOTEBOOK_TERMS == 40_000 != 39_000


def test_the_rates_of_the_notebook_follow_from_its_timings_not_its_text():
  theirs = 39_000 * STEPS
  assert round(theirs / 1.38 / 1e9, 2) == 5.65  # it says 5.65, from "1.95 s"
  assert round(theirs / 1.34 / 1e9, 2) == 5.82  # it says 5.82, from "1.85 s"
  assert round(theirs / 1.95 / 1e9, 2) == 4.00
  assert round(BY_HAND / 1.38 / 1e9, 2) == 5.81
  assert round(BY_HAND / 1.34 / 1e9, 2) == 5.99


def scanned(steps):
  def function(w, h):
    return lax.scan(lambda h, _: (jnp.tanh(h @ w), None), h, length=steps)[0]

  return function, jnp.ones((8, 8)), jnp.ones(8)


def test_a_loop_counts_its_body_once_a_step():
  assert count(*scanned(7)) == 7 * count(*scanned(1)) == 7 * (8 * 15 + 8)


def test_the_cost_analysis_of_xla_counts_the_body_of_a_loop_once():
  def flops(steps):
    function, *arguments = scanned(steps)
    return jax.jit(function).lower(*arguments).cost_analysis()['flops']

  assert flops(1000) < 2 * flops(10)


def test_programs_within_programs_are_counted():
  def function(x):
    return jax.jit(jnp.sin)(x) + jax.nn.relu(x) + jax.checkpoint(jnp.cos)(x)

  assert count(function, jnp.ones(5)) == 5 * (1 + 1 + 1 + 2)


def test_reductions_count_what_they_add():
  assert count(jnp.sum, jnp.ones((3, 4))) == 11


def test_a_loop_of_unknown_length_is_refused():
  def function(x):
    return lax.while_loop(lambda x: x < 10, lambda x: x + 1, x)

  with pytest.raises(Uncounted, match='while: the number of its steps'):
    count(function, jnp.ones(()))


def test_a_primitive_that_is_not_known_is_refused():
  with pytest.raises(Uncounted, match='sort: not known'):
    count(jnp.sort, jnp.ones(3))
