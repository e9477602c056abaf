"""The tool that edits a way at random sees an edit, and only an edit."""

from fnmatch import fnmatch

import pytest

from equivalence_tests.meta import edit_shared
from equivalence_tests.meta.copies import PACKAGE
from equivalence_tests.meta.edit_ways import files_of, killer, reached
from equivalence_tests.meta.random_edits import Edit, drawn, edits_of
from equivalence_tests.meta.survivors import reason_for, reasons
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN


def edit(way, file, old, new):
  """An edit of the one place in a file of a way that reads old."""
  text = files_of(way)[file].read_text()
  start = text.index(old)
  return Edit(file, start, start + len(old), old, new, '')


@pytest.mark.parametrize('way', OWN)
def test_an_edit_that_changes_nothing_lives(way):
  assert killer(way, edit(way, 'cells/mgu.py', '"""', '"""'), 0) == ''


@pytest.mark.parametrize('way', OWN)
def test_a_cast_that_is_dropped_is_seen(way):
  dropped = edit(way, 'dense/dense.py', '.astype(dtype)', '')
  assert killer(way, dropped, 1)


def test_the_files_that_a_model_reaches_are_its_own_and_what_they_import():
  files = reached('linen', 'elman')
  assert {'cells/elman.py', 'dense/dense.py', 'as_linen.py'} <= files
  assert 'cells/lstm.py' not in files


def test_edits_are_other_programs_and_drawn_from_the_seed(tmp_path):
  file = tmp_path / 'some.py'
  text = '"""Text."""\n\nx: int = 1 + f(2, y=None)\nif x:\n  x.g(3)\n'
  file.write_text(text)
  every = [*edits_of(file.name, file)]
  assert len({e.apply(text) for e in every} - {text}) == len({*every})
  files = {file.name: file}
  assert drawn(files, 1, 3) == drawn(files, 1, 3)
  olds = {e.old for e in every}
  assert {'1 + f(2, y=None)', 'f(2, y=None)', '2', 'x.g(3)'} <= olds
  assert 'int' not in olds


def test_every_edit_that_changes_nothing_has_a_reason():
  known = {way: files_of(way) for way in OWN}
  known['shared'] = edit_shared.files()
  known['suite'] = {
    file.name: file for file in (PACKAGE / 'suite').glob('*.py')
  }
  texts = {
    f'{what}/{name}': file.read_text().splitlines()
    for what, files in known.items()
    for name, file in files.items()
  }
  for named, reason in reasons().items():
    pattern, _, change = named.partition(': ')
    lines = {
      line.strip()
      for name, several in texts.items()
      if fnmatch(name, pattern)
      for line in several
    }
    assert any(line and change.startswith(f'{line}: ') for line in lines), named
    assert len(reason.split()) > 2


def test_one_reason_may_be_of_several_files():
  known = {'scope/*.py: f(x): x -> 0': 'a reason', 'pure/a.py: g: h -> i': 'b'}
  assert reason_for('scope/cells/gru.py: f(x): x -> 0', known) == 'a reason'
  assert reason_for('pure/a.py: g: h -> i', known) == 'b'
  assert reason_for('pure/b.py: g: h -> i', known) is None
  assert reason_for('scope/cells/gru.py: f(x): x -> 1', known) is None


@pytest.mark.parametrize('way', OWN)
def test_every_file_of_a_way_is_reached_by_a_model(way):
  """An edit in any other is judged by nothing, and lives."""
  files = {name for model in CASES for name in reached(way, model)}
  assert {*files_of(way)} <= files
