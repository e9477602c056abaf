"""The page of pitfalls says of each which test holds it, and it is there."""

import re

from equivalence_tests.tests.conftest import ROOT

PAGE = (ROOT / 'notes' / 'pitfalls.md').read_text()
SECTIONS = re.split(r'^### ', PAGE, flags=re.MULTILINE)[1:]


def test_there_are_thirty_each_once():
  numbers = sorted(int(section.split('.')[0]) for section in SECTIONS)
  assert numbers == [*range(1, 31)]


def test_each_is_held_by_a_test_that_is_there():
  files = (ROOT / 'equivalence_tests' / 'tests').rglob('test_*.py')
  known = {
    name
    for file in files
    for name in re.findall(r'^def (test_\w+)', file.read_text(), re.MULTILINE)
  }
  for section in SECTIONS:
    held = re.findall(r'`(test_\w+)`', section.partition('Held by')[2])
    assert held, section
    assert {*held} <= known, {*held} - known
