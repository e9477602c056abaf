"""The covering rows leave nothing at its default, and no pair untried."""

import itertools

import pytest
from jax import numpy as jnp

from core_rnn.kinds import Size
from equivalence_tests.suite.cases import Setting, hyperparameters
from equivalence_tests.suite.covering import (
  DRAWS,
  MIXED,
  PRECISIONS,
  Precision,
  choices,
  covering,
  is_initializer,
  is_mixed,
  is_required,
  levels,
  moves,
  parameters,
  rows,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find


@pytest.mark.parametrize('model', CASES)
def test_every_hyperparameter_leaves_its_default_in_some_row(model):
  known, settings = parameters(model), covering(CASES[model])
  for name, parameter in known.items():
    values = [s.hyperparameters.get(name, parameter.default) for s in settings]
    assert is_required(parameter) or any(moves(parameter, v) for v in values)


def sizes(model, row):
  """Name -> size of every axis, and of every hyperparameter that is a size."""
  known = parameters(model)
  given = {
    name: value
    for name, value in row.hyperparameters.items()
    if known[name].annotation in (Size, Size | None) and name != 'unroll'
  }
  return {**row.sizes, **given}


@pytest.mark.parametrize('model', CASES)
def test_no_two_sizes_are_equal_in_every_row(model):
  """A way that took one axis for the other would not be seen."""
  every = [sizes(model, row) for row in CASES[model].rows]
  names = {name for row in every for name in row}
  for one, other in itertools.combinations(sorted(names), 2):
    both = [(row.get(one), row.get(other)) for row in every]
    given = [pair for pair in both if None not in pair]
    assert not given or any(a != b for a, b in given), (one, other)


@pytest.mark.parametrize('model', [m for m in CASES if is_mixed(m)])
def test_the_first_rows_have_mixed_precision_and_nothing_else_of_their_own(
  model,
):
  case = CASES[model]
  usual = hyperparameters(case.rows[0])
  for setting, mixed in zip(covering(case), MIXED, strict=False):
    given = {'dtype': mixed.computed, 'param_dtype': mixed.stored}
    assert setting.dtype == mixed.given
    assert hyperparameters(setting) == {**usual, **given}


@pytest.mark.parametrize('model', CASES)
def test_two_hyperparameters_have_every_pair_of_their_strong_values(model):
  case = CASES[model]
  found = {
    name: several
    for name, several in levels(case).items()
    if name in parameters(model) and len(several) > 1
  }
  settings = covering(case)
  value = lambda setting, name: setting.hyperparameters.get(name, 'omitted')
  for one, other in itertools.combinations(found, 2):
    wanted = itertools.product(
      (found[one][0], found[one][-1]), (found[other][0], found[other][-1])
    )
    for pair in wanted:
      assert any((value(s, one), value(s, other)) == pair for s in settings)


@pytest.mark.parametrize('model', [m for m in CASES if is_mixed(m)])
def test_mixed_precision_meets_the_strongest_of_each_hyperparameter(model):
  case = CASES[model]
  met = [
    (
      Precision(s.dtype, given.get('dtype'), given.get('param_dtype')),
      name,
      given.get(name, 'omitted'),
    )
    for s in covering(case)
    for given in [s.hyperparameters]
    for name in levels(case)
  ]
  for name, several in levels(case).items():
    if name in parameters(model) and len(several) > 1:
      for mixed in MIXED:
        assert (mixed, name, several[-1]) in met, (mixed, name)


def test_precisions_differ_and_go_either_way_round():
  bits = lambda name: jnp.dtype(name).itemsize
  assert len({*PRECISIONS}) == len(PRECISIONS)
  less, more = MIXED
  assert bits(less.computed) < bits(less.stored)
  assert bits(more.computed) > bits(more.stored)
  pairs = {(p.computed, p.stored) for p in PRECISIONS}
  neighbours = [('bfloat16', 'float32'), ('float32', 'float64')]
  for one, other in neighbours:
    assert {(one, other), (other, one)} <= pairs
  assert {('float32', 'bfloat16')} <= {
    (p.computed, p.stored) for p in PRECISIONS if p.given == p.computed
  }


@pytest.mark.parametrize('model', CASES)
def test_three_that_are_on_or_off_have_every_triple(model):
  case = CASES[model]
  flags = {
    name: several
    for name, several in levels(case).items()
    if name in parameters(model) and len(several) == 2
  }
  value = lambda setting, name: setting.hyperparameters.get(name, 'omitted')
  for three in itertools.combinations(flags, 3):
    met = [[value(s, name) for name in three] for s in covering(case)]
    for triple in itertools.product(*(flags[name] for name in three)):
      assert [*triple] in met, (three, triple)


@pytest.mark.parametrize('model', [m for m in CASES if is_mixed(m)])
def test_in_some_row_each_initializer_draws_in_a_way_of_its_own(model):
  names = [n for n in parameters(model) if is_initializer(model, n)]
  drawn = [
    [setting.hyperparameters.get(name) for name in names]
    for setting in covering(CASES[model])
  ]
  assert any(len({*row}) == len(names) and {*row} <= {*DRAWS} for row in drawn)


@pytest.mark.parametrize('model', CASES)
def test_the_rows_are_settings_that_a_factory_takes(model):
  factory = find(OWN['linen']).factory(model)
  for setting in covering(CASES[model]):
    assert isinstance(setting, Setting)
    if 'float64' not in setting.hyperparameters.values():
      factory(**hyperparameters(setting))


def test_every_level_of_every_factor_is_in_some_row():
  counts = (2, 3, 5)
  found = rows(counts, ((0, 1), (0, 2), (0, 4)), ())
  for factor, count in enumerate(counts):
    assert {row[factor] for row in found} == set(range(count))


def test_rows_begin_with_those_to_begin_with():
  assert rows((2, 2), ((0, 1), (0, 1)), ((1, 0),))[0] == (1, 0)


def test_a_hyperparameter_that_nothing_is_known_of_is_an_error():
  case = CASES['batched']._replace(choices={'in_axes': (0, 1)})
  with pytest.raises(LookupError, match='batched: out_axes: the case has no'):
    choices(case)
