"""No claim is blind on a later row, on a leaf, on a program or on a batch."""

import jax
import pytest
from jax import numpy as jnp

from equivalence_tests.meta.blind import FAULTS, faulty
from equivalence_tests.meta.deaf import as_it_is, remade
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.covering import is_mixed
from equivalence_tests.suite.judge import Plan, Trials, judge, tried
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.trial import keys
from equivalence_tests.suite.ways import OWN, find

WAYS = {name: find(name) for name in OWN}
PLAN = Plan(examples=0, seed=0, text='')
SMALL = ('dense', 'elman', 'dropout', 'batch_norm')
FIRST_ROW_ONLY = ('exchange', 'state')  # where they are tried in more ways


def has_place(claim, case):
  """Whether the model has what the fault is in."""
  if claim == 'state':
    return bool(case.state)
  if claim in ('variables', 'init', 'vmapped_init', 'exchange'):
    return is_mixed(case.model)
  return bool(case.arguments)


ALL = [
  (model, claim)
  for number, model in enumerate(CASES)
  for turn, claim in enumerate(FAULTS)
  if has_place(claim, CASES[model])
  and (model in SMALL or (number + turn) % len(FAULTS) < 2)
]


def small(claim, case):
  """The case with its first row, and the last with hyperparameters it has."""
  first, *others = case.rows
  if claim in FIRST_ROW_ONLY:
    return case._replace(rows=(first,), text=False)
  later = [
    row for row in others if row.hyperparameters != first.hyperparameters
  ]
  return case._replace(rows=(first, *later[-1:]), text=False)


@pytest.mark.parametrize('last', [False, True], ids=['first leaf', 'last leaf'])
@pytest.mark.parametrize(('model', 'claim'), ALL)
def test_a_fault_in_one_row_and_leaf_is_seen_by_its_claim(model, claim, last):
  case = small(claim, CASES[model])
  fault = faulty(claim, case.rows[-1], last)
  ways = [WAYS['scope'], fault.of(WAYS['pure'], model)]
  verdict = tried(Trials(claim, case, ways, PLAN))
  assert verdict.fails, f'{claim} of {model} is blind on {case.rows[-1]}'
  assert verdict.figure is None or verdict.figure > 0
  assert verdict.example.setting == case.rows[-1]


@pytest.mark.parametrize('claim', CLAIMS)
def test_without_a_fault_the_claim_holds_to_the_last_bit(claim):
  ways = [WAYS['scope'], WAYS['pure']]
  for model in SMALL:
    verdict = judge(claim, small(claim, CASES[model]), ways, PLAN)
    assert verdict.holds, verdict.message
    assert verdict.unit != 'ULP' or claim == 'oracle' or verdict.figure == 0


@pytest.mark.parametrize('moving', [True, False])
def test_calls_with_a_stream_that_nobody_needs_are_compared(moving):
  """Which are tried eagerly alone."""

  def apply(call, *args, rngs=None, mutable=False, **optional):
    result = call(*args, rngs=rngs, mutable=mutable, **optional)
    if mutable is not moving or 'another' not in (rngs or {}):
      return result
    return jax.tree.map(jnp.negative, result)

  case = small('state', CASES['batch_norm'])
  way = remade('', '', as_it_is, apply).of(WAYS['pure'], case.model)
  verdict = tried(Trials('state', case, [WAYS['scope'], way], PLAN))
  assert verdict.fails
  assert f'mutable={moving} and one more stream' in verdict.message


def test_a_model_without_state_is_compared_where_its_parameters_may_move():
  def apply(call, *args, mutable=False, **optional):
    result = call(*args, mutable=mutable, **optional)
    return jax.tree.map(jnp.negative, result) if mutable else result

  case = small('state', CASES['elman'])
  way = remade('', '', as_it_is, apply).of(WAYS['pure'], case.model)
  verdict = tried(Trials('state', case, [WAYS['scope'], way], PLAN))
  assert verdict.fails
  assert 'mutable=True' in verdict.message


def test_what_a_filter_does_not_return_is_missed_by_name():
  def apply(call, *args, mutable=False, **optional):
    result = call(*args, mutable=mutable, **optional)
    return (result[0], {}) if isinstance(mutable, str) else result

  case = small('state', CASES['batch_norm'])
  way = remade('', '', as_it_is, apply).of(WAYS['pure'], case.model)
  verdict = tried(Trials('state', case, [WAYS['scope'], way], PLAN))
  assert verdict.message.startswith(
    "state: pure batch_norm: mutable='batch_stats': "
  )


def test_keys_of_other_seeds_are_others():
  seeds = (0, 1, 2, 2**31, 2**32 - 1)
  bits = {
    tuple(jax.random.key_data(keys(seed, 'params')['params']).tolist())
    for seed in seeds
  }
  assert len(bits) == len(seeds)


def test_a_way_of_other_values_may_have_a_vmapped_init_of_its_own():
  """Claims ask one thing each: this one, whether the single inits are these."""
  negated = lambda call, *args: jax.tree.map(jnp.negative, call(*args))
  case = small('vmapped_init', CASES['dense'])
  way = remade('', '', negated, as_it_is).of(WAYS['pure'], case.model)
  verdict = judge('vmapped_init', case, [WAYS['scope'], way], PLAN)
  assert verdict.holds, verdict.message


def up(y):
  """The number next to y, above it."""
  return jnp.nextafter(y, jnp.inf)


def test_a_way_that_is_off_by_one_last_place_is_seen():
  case = small('outputs', CASES['dense'])._replace(flax=None)
  far = remade('', '', as_it_is, lambda call, *a, **k: up(call(*a, **k)))
  ways = [WAYS['scope'], far.of(WAYS['pure'], case.model)]
  verdict = judge('outputs', case, ways, PLAN)
  assert (verdict.fails, verdict.figure) == (True, 1)
  assert judge('outputs', case, ways, PLAN._replace(ulp=1)).holds


@pytest.mark.parametrize('claim', CLAIMS)
def test_another_program_of_the_same_values_is_seen_by_program_alone(claim):
  def again(call, *args, **optional):
    negative = lambda tree: jax.tree.map(jnp.negative, tree)
    return negative(negative(call(*args, **optional)))

  case = small(claim, CASES['elman'])
  way = remade('', '', again, again).of(WAYS['pure'], case.model)
  verdict = judge(claim, case, [WAYS['scope'], way], PLAN)
  assert verdict.holds == (claim != 'program'), verdict.message
