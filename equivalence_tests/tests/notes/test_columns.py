"""The extension that cuts the columns takes what it names, or fails."""

import importlib.util

import pytest

from equivalence_tests.tests.conftest import ROOT

SOURCE = '''
@decorated
def outer(x):
  """Doc."""
  first = 1
  if x is None:
    x = 2

  def inner():
    return x

  return inner
'''
FILE = ROOT / 'notes' / '_ext' / 'columns.py'


@pytest.fixture(scope='module')
def cut():
  """The function that cuts."""
  spec = importlib.util.spec_from_file_location('columns', FILE)
  module = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(module)
  return module.cut


@pytest.mark.parametrize(
  ('place', 'expected'),
  [
    ('outer.inner', 'def inner():\n  return x'),
    ('outer:first', 'first = 1'),
    ('outer:x', 'if x is None:\n  x = 2'),
    ('outer:return', 'return inner'),
  ],
)
def test_a_place_is_cut_and_loses_its_margin(cut, place, expected):
  assert cut(SOURCE, place) == expected


def test_a_definition_keeps_its_decorators(cut):
  assert cut(SOURCE, 'outer').startswith('@decorated\ndef outer(x):')


@pytest.mark.parametrize(
  'place', ['other', ':other', 'outer.other', 'outer:other']
)
def test_a_place_that_is_not_there_is_an_error(cut, place):
  with pytest.raises(LookupError, match='other'):
    cut(SOURCE, place)
