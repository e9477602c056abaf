"""What is said of a difference says where it is, and no more than that."""

import inspect
import re
from functools import partial
from pathlib import Path

import pytest
from jax import numpy as jnp

from equivalence_tests.cases import Setting
from equivalence_tests.claims import standing
from equivalence_tests.covering import covering
from equivalence_tests.differences import (
  of_programs,
  of_signatures,
  of_trees,
)
from equivalence_tests.meta.blind import faulty, in_apply
from equivalence_tests.meta.deaf import as_it_is, remade
from equivalence_tests.models import CASES
from equivalence_tests.programs import subject
from equivalence_tests.ways import OWN, find


def parameters(function):
  return inspect.signature(function).parameters


given = lambda features, kernel_init=max, unroll=1: None
one_less = lambda features, kernel_init=max: None
one_more = lambda features, kernel_init=max, unroll=1, twice=False: None
other_default = lambda features, kernel_init=min, unroll=1: None
ufunc = lambda features, kernel_init=jnp.multiply, unroll=1: None
other_order = lambda features, unroll=1, kernel_init=max: None


@pytest.mark.parametrize(
  ('other', 'words'),
  [
    (given, ''),
    (one_less, 'unroll: expected default 1, got nothing'),
    (one_more, 'twice: expected nothing, got default False'),
    (other_default, 'kernel_init: expected default max, got default min'),
    (ufunc, 'kernel_init: expected default max, got default multiply'),
    (
      other_order,
      "expected the order ['features', 'kernel_init', 'unroll'], "
      "got ['features', 'unroll', 'kernel_init']",
    ),
  ],
)
def test_of_signatures_it_names_the_hyperparameters_that_differ(other, words):
  assert of_signatures(parameters(given), parameters(other)) == words


def test_of_functions_it_gives_the_name_and_no_address():
  function = lambda init=lambda key: key: None
  words = of_signatures(parameters(given), parameters(function))
  assert 'lambda' in words
  assert '0x' not in words


def test_of_trees_it_names_the_paths_that_differ():
  expected = {'a': 'f32[1]', 'b': 'f32[2]', 'c': 'f32[3]'}
  got = {'a': 'f32[1]', 'b': 'f32[4]', 'd': 'f32[3]'}
  assert of_trees(expected, expected) == ''
  assert of_trees(expected, got) == (
    'b: expected f32[2], got f32[4]; c: expected f32[3], got nothing; '
    'd: expected nothing, got f32[3]'
  )


def test_of_programs_it_shows_the_lines_and_the_source_of_each():
  case = CASES['elman']
  setting = case.rows[0]
  first = subject(find('scope'), case, setting)
  way = faulty('program', setting).of(find('pure'), 'elman')
  other = subject(way, case, setting)
  head, want, *_ = of_programs(other, first, 'apply').splitlines()
  assert placed(head, other) in want
  _, *lines = of_programs(first, other, 'apply').splitlines()
  assert any(line.startswith('    expected  ') for line in lines)
  (got,) = (line for line in lines if 'stablehlo.multiply' in line)
  assert got.startswith('    got       ')
  assert '/blind.py:' in got


def placed(head, one):
  """The line of the text of apply whose number the head of a difference has."""
  text = one.text('apply').splitlines()
  number, count = map(int, re.findall(r'\d+', head)[:2])
  assert count == len(text)
  return text[number - 1].strip()


def waved(x):
  """sin x - cos x."""
  wave, other = jnp.sin(x), jnp.cos(x)
  return wave - other


def waved_back(x):
  """cos x - sin x."""
  wave, other = jnp.sin(x), jnp.cos(x)
  return other - wave


def test_of_programs_that_differ_in_operands_it_names_these():
  case = CASES['elman']
  one, other = (
    subject(
      remade('', '', as_it_is, partial(in_apply, touch, True)).of(
        find('pure'), 'elman'
      ),
      case,
      case.rows[0],
    )
    for touch in (waved, waved_back)
  )
  head, want, have = of_programs(one, other, 'apply').splitlines()
  a, b = re.findall(r'%\w+', want.partition('=')[2])
  assert head.endswith(f', operands {a} for {b}, {b} for {a}:')
  assert placed(head, one) in want
  assert want.startswith('    expected  ')
  assert have.startswith('    got       ')
  assert f'subtract {a}, {b} ' in want
  assert f'subtract {b}, {a} ' in have
  assert want.endswith(f'[meta/{Path(__file__).name}:{line_of(waved)}]')
  assert have.endswith(f'[meta/{Path(__file__).name}:{line_of(waved_back)}]')


def line_of(function):
  """That of its last statement."""
  lines, first = inspect.getsourcelines(function)
  return first + len(lines) - 1


@pytest.mark.parametrize('program', ['apply', 'vjp'])
def test_one_text_and_another_are_told_apart(program):
  case = CASES['dense']
  plain, covered = case.rows[0], covering(case)[0]
  one, other, far = (
    subject(find(way), case, setting)
    for way, setting in (('pure', plain), ('linen', plain), ('pure', covered))
  )
  assert standing(one, other, program).words == 'one text'
  assert not standing(one, far, program).is_same


def test_other_trees_are_not_called_another_text():
  case = CASES['dense']
  one = subject(find('pure'), case, case.rows[0])
  wide = Setting({'features': 3}, {'inputs': 5})
  other = subject(find('pure'), case, wide)
  words = standing(one, other, 'apply').words
  assert words == 'other trees of arguments or results'


def test_the_ways_are_those_of_this_project():
  assert [find(name).package for name in OWN] == [*OWN.values()]
