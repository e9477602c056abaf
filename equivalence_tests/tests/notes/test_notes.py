"""The notes build without a warning, and stand in columns in a browser."""

import itertools
import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.tests.conftest import ROOT

CHROMIUM = shutil.which('chromium') or shutil.which('google-chrome')
QUIET = (
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
)


@pytest.fixture(scope='module')
def built(tmp_path_factory):
  """The folder of the notes, built by the command that the README gives."""
  folder = tmp_path_factory.mktemp('notes') / 'html'
  (command,) = re.findall(
    r'^uv run (sphinx-build .*) notes/_build/html$',
    (ROOT / 'README.md').read_text(),
    re.MULTILINE,
  )
  done = subprocess.run(
    [sys.executable, '-m', 'sphinx', '-N', *command.split()[1:], str(folder)],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=False,
  )
  assert done.returncode == 0, done.stdout + done.stderr
  return folder


def test_every_cell_was_executed_and_shows_what_it_found(built):
  page = (built / 'one-network-three-ways.html').read_text()
  assert 'one program on' in page
  assert page.count('8,020,000,000') == 3


def boxes(page):
  """Where each column of each row is."""
  return page.eval_on_selector_all(
    '.columns',
    """rows => rows.map(row => [...row.querySelectorAll('.column')].map(
      column => column.getBoundingClientRect().toJSON()))""",
  )


@pytest.fixture(scope='module')
def browser():
  """Headless Chromium."""
  if CHROMIUM is None:
    pytest.skip('no Chromium is installed here, and none could be')
  with sync_playwright() as playwright:
    chromium = playwright.chromium.launch(
      executable_path=CHROMIUM, args=list(QUIET)
    )
    yield chromium
    chromium.close()


def opened(browser, built, width):
  page = browser.new_page(viewport={'width': width, 'height': 900})
  page.goto((built / 'one-network-three-ways.html').as_uri())
  return page


@pytest.mark.parametrize('width', [1920, 1280])
def test_on_a_wide_screen_three_columns_are_side_by_side(browser, built, width):
  page = opened(browser, built, width)
  rows = boxes(page)
  assert len(rows) == 5
  for row in rows:
    assert len(row) == 3
    assert len({box['top'] for box in row}) == 1, 'the rows line up'
    for left, right in itertools.pairwise(row):
      assert left['right'] <= right['left']
    assert row[-1]['right'] <= width
  scrolled = page.evaluate('document.documentElement.scrollWidth')
  assert scrolled <= width
  page.close()


def test_on_a_narrow_screen_they_are_below_each_other(browser, built):
  page = opened(browser, built, 500)
  for row in boxes(page):
    assert len({box['left'] for box in row}) == 1
    for upper, lower in itertools.pairwise(row):
      assert upper['bottom'] <= lower['top']
    assert row[0]['right'] <= 500
  page.close()


def test_the_columns_show_the_source_that_is_tested(browser, built):
  page = opened(browser, built, 1920)
  for name in OWN:
    source = {
      line.strip()
      for model in ('elman', 'over_time')
      for line in find(name).source(model).splitlines()
    }
    shown = page.locator(f'.way-{name} pre').all_inner_texts()
    lines = [line.strip() for text in shown for line in text.splitlines()]
    assert len(lines) > 20
    assert set(lines) <= source | {''}
  page.close()
