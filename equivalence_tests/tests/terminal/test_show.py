"""`equivalence show`: what a network is, its files, and the parts they use."""

import inspect
import io
import re
import sys

import pytest
from rich.console import Console
from rich.text import Text

from equivalence_tests.suite import naming
from equivalence_tests.suite.bringing import drop
from equivalence_tests.suite.ways import BROUGHT, OWN, find
from equivalence_tests.terminal.aligning import aligned
from equivalence_tests.terminal.columns import BAR, DIFFERENT, WIDE, shown
from equivalence_tests.terminal.describing import BY_NAME, description
from equivalence_tests.terminal.finding import File, files_of, names, used
from equivalence_tests.tests.conftest import ROOT

WAYS = [find(way) for way in OWN]
MODELS = [*naming.models()]
PARTS = sorted(names() - {*MODELS})


def terminal(width, **how):
  """A terminal of this width, with colours."""
  how = {'color_system': 'standard', **how}
  return Console(width=width, force_terminal=True, file=io.StringIO(), **how)


def group_of(name):
  """The files of the ways of a model or a part."""
  return files_of(name, WAYS)[0]


def lines_of(file):
  """The lines of a file that are not blank."""
  return [line for line in file.text.split('\n') if line.strip()]


def cells(lines, count):
  """Lines side by side -> the lines of each file that are not blank."""
  cut = [line.split(BAR) for line in lines]
  assert {len(row) for row in cut} == {count}
  columns = zip(*cut, strict=True)
  return [[c.rstrip() for c in column if c.strip()] for column in columns]


def titles_of(text):
  """The modules that are shown one after the other."""
  return re.findall('^── (.*)$', text, re.MULTILINE)


def is_highlighted(text):
  """Whether all letters of a text are in colour, or else none is."""
  letters = {i for i, letter in enumerate(text.plain) if not letter.isspace()}
  inside = {
    i
    for span in text.spans
    if span.style == DIFFERENT
    for i in range(span.start, span.end)
  }
  assert letters <= inside or not inside
  return bool(inside)


@pytest.mark.parametrize('model', MODELS)
def test_from_220_columns_on_all_lines_are_there_side_by_side(model):
  files = group_of(model)
  assert len(files) == len(OWN)
  lines = [line.plain for line in shown(files, terminal(WIDE))]
  assert max(map(len, lines)) <= WIDE
  for file, column in zip(files, cells(lines, len(OWN)), strict=True):
    assert column == [file.module, *lines_of(file)]


@pytest.mark.parametrize('width', [80, 120, WIDE - 1])
def test_below_220_columns_all_lines_are_there_one_file_after_the_other(width):
  for model in MODELS:
    files = group_of(model)
    lines = [line.plain for line in shown(files, terminal(width))]
    assert max(map(len, lines)) <= width
    wanted = [
      line for file in files for line in (f'── {file.module}', *lines_of(file))
    ]
    assert [line for line in lines if line.strip()] == wanted


@pytest.mark.parametrize('width', [80, WIDE])
@pytest.mark.parametrize('name', [*MODELS, 'over_time', 'layer_scan'])
def test_lines_are_highlighted_that_are_not_in_every_file(name, width):
  files = group_of(name)
  stripped = [{*map(str.strip, lines_of(file))} for file in files]
  common = set.intersection(*stripped)
  titles = {file.module for file in files}
  seen = []
  for line in shown(files, terminal(width)):
    for text in line.split(BAR, allow_blank=True):
      words = text.plain.strip()
      if words and words.removeprefix('── ') not in titles:
        assert is_highlighted(text) == (words not in common), words
        seen.append(words)
  assert sorted(seen) == sorted(
    line.strip() for file in files for line in lines_of(file)
  )


def test_without_colour_differences_are_in_reverse():
  files = [File('one', 'x = 1\ny = 2'), File('other', 'x = 1\ny = 3')]
  console = terminal(80, no_color=True)
  for line in shown(files, console):
    console.print(line)
  written = console.file.getvalue()
  assert '\x1b[7my = 2' in written
  assert '\x1b[7mx' not in written


@pytest.mark.parametrize('model', ['elman', 'lstm', 'gru', 'jordan', 'mgu'])
def test_parts_start_in_one_row(model):
  """The cell, its step, its equations, the network, and what runs over time."""
  lines = [line.plain for line in shown(group_of(model), terminal(WIDE))]
  rows = [[cell.strip() for cell in line.split(BAR)] for line in lines]
  for patterns in (
    (rf'def {model}_cell\(', rf'def {model}_cell\(', 'class '),
    (r'def step\(params', r'def step\(scope', r'def __call__\(self, '),
    ('return ',) * 3,
    (rf'def {model}\(n', rf'def {model}\(n', 'class '),
    (r'def apply\(', r'def network\(', r'def __call__\(self, xs'),
    (r'return \w, fill_padding\(',) * 3,
  ):
    assert any(all(map(re.match, patterns, row)) for row in rows), patterns
  (parameters,) = [row for row in rows if row[0].startswith('def init(draw')]
  assert parameters[1:] == ['', '']  # there they are made in the step


def test_of_lines_in_order_each_is_in_one_row():
  for name in names():
    for files in files_of(name, WAYS):
      rows = aligned([file.text for file in files])
      for file, numbers in zip(files, zip(*rows, strict=True), strict=True):
        there = [number for number in numbers if number is not None]
        lines = file.text.split('\n')
        assert there == sorted({*there})
        assert {i for i, line in enumerate(lines) if line} <= {*there}


def test_what_is_no_python_is_shown_as_it_stands():
  texts = ['def f(:\n  no', 'def f():\n  pass']
  rows = aligned(texts)
  assert [row[0] for row in rows if row[0] is not None] == [0, 1]
  assert [row[1] for row in rows if row[1] is not None] == [0, 1]


@pytest.mark.parametrize('model', MODELS)
def test_it_says_first_what_the_network_is(model):
  factory = find('pure').factory(model)
  said = description(model)
  assert said.words == inspect.getdoc(factory)
  rows = {row.name: row for row in said.hyperparameters if row != BY_NAME}
  signature = inspect.signature(factory).parameters
  assert [*rows] == [*signature]
  required = {n for n, p in signature.items() if p.default is p.empty}
  assert {n for n, row in rows.items() if row.default == 'required'} == required
  by_name = [n for n, p in signature.items() if p.kind is p.KEYWORD_ONLY]
  place = (
    [row.name for row in said.hyperparameters].index('*') if by_name else 0
  )
  after = [row.name for row in said.hyperparameters[place + 1 :]]
  assert not by_name or after == by_name


def test_show_begins_with_equations_and_hyperparameters(equivalence):
  out = equivalence('show', 'lstm').out
  head = out[: out.index('── core_rnn.pure.cells.lstm')]
  assert head.startswith('── core_rnn.networks.cells.lstm\nThe LSTM, ')
  assert '\nc_t = f c_{t-1} + i g             h_t = o tanh(c_t)\n' in head
  assert re.search(r'\nfeatures +Size +required +of c and of h', head)
  assert re.search(r'\nunroll +Size +1 +steps in one iteration', head)
  assert head.index('\n*') < head.index('\nrecurrent_init')


@pytest.mark.parametrize('width', [80, 120, 220])
def test_no_line_of_its_output_is_cut_or_wrapped(
  equivalence, monkeypatch, width
):
  monkeypatch.setenv('COLUMNS', f'{width}')
  monkeypatch.setenv('FORCE_COLOR', '1')
  out = equivalence('show', 'lstm').out
  lines = Text.from_ansi(out).plain.split('\n')
  assert '\x1b' in out
  assert max(map(len, lines)) <= width
  titles = next(line for line in lines if 'core_rnn.pure.cells.lstm' in line)
  assert ('linen_rnn.cells.lstm' in titles) == (width == 220)
  remark = f'side by side from 220 columns on; here are {width}'
  assert (remark in lines) == (width < 220)
  whole = '\n'.join(line.rstrip() for line in lines)
  for file in group_of('lstm'):
    for line in lines_of(file):
      assert line in whole


def test_into_a_pipe_the_files_go_as_they_are(equivalence):
  out = equivalence('show', 'elman').out
  assert '\x1b' not in out
  places = [
    out.index(f'\n── {f.module}\n{f.text}\n') for f in group_of('elman')
  ]
  assert places == sorted(places)


@pytest.mark.parametrize(
  'name', ['over_time', 'layer_scan', 'padding', 'as_pure']
)
def test_parts_are_shown_too(equivalence, name):
  done = equivalence('show', name)
  assert done.status == 0, done.err
  groups = files_of(name, WAYS)
  titles = [file.module for files in groups for file in files]
  assert titles_of(done.out) == titles
  assert all(file.text in done.out for files in groups for file in files)
  expected = {
    'over_time': [f'{package}.parts.over_time' for package in OWN.values()],
    'layer_scan': [f'{p}.transforms.layer_scan' for p in OWN.values()],
    'padding': ['core_rnn.padding'],
    'as_pure': ['core_rnn.pure.as_pure'],
  }
  assert titles == expected[name]


def test_every_part_has_a_file():
  for name in PARTS:
    assert files_of(name, WAYS), name


def test_deep_goes_on_with_the_parts_each_once(equivalence):
  out = equivalence('show', 'lstm', '--deep').out
  titles = titles_of(out)
  assert titles == [
    'core_rnn.networks.cells.lstm',
    *(f'{package}.cells.lstm' for package in OWN.values()),
    'core_rnn.padding',
    *(f'{package}.as_{way}' for way, package in OWN.items()),
    *(f'{package}.dense.dense' for package in OWN.values()),
  ]
  assert out.startswith(equivalence('show', 'lstm').out)


@pytest.mark.parametrize('name', [*MODELS, *PARTS])
def test_what_is_used_is_there_once(name):
  files = [file for group in files_of(name, WAYS) for file in group]
  more = [file for group in used(files, WAYS) for file in group]
  modules = [file.module for file in (*files, *more)]
  assert len({*modules}) == len(modules)
  ways = '|'.join(map(re.escape, OWN.values()))
  imported = re.compile(rf'^ *from ((?:{ways})(?:\.\w+)+) import (\w+)', re.M)
  for file in (*files, *more):
    for package, thing in imported.findall(file.text):
      assert {package, f'{package}.{thing}'} & {*modules}


def test_a_difference_has_all_lines_of_both_files(equivalence):
  out = equivalence('show', 'lstm', '--diff', 'scope', 'linen').out
  one, other = (
    find(way).source('lstm').rstrip('\n') for way in ('scope', 'linen')
  )
  heads, lines = out.split('\n')[:3], out.rstrip('\n').split('\n')[3:]
  assert heads[0] == '--- core_rnn.scope.cells.lstm'
  assert heads[1] == '+++ linen_rnn.cells.lstm'
  assert heads[2].startswith('@@ -1,')
  assert '\n'.join(x[1:] for x in lines if x[0] != '+') == one
  assert '\n'.join(x[1:] for x in lines if x[0] != '-') == other


def test_a_difference_is_highlighted(equivalence, monkeypatch):
  monkeypatch.setenv('FORCE_COLOR', '1')
  out = equivalence('show', 'lstm', '--diff', 'scope', 'linen').out
  for line in out.rstrip('\n').split('\n')[3:]:
    sign = Text.from_ansi(line).plain[0]
    code = {'+': '\x1b[32m', '-': '\x1b[31m', ' ': ' '}[sign]
    assert line.startswith(code)


@pytest.fixture
def show(equivalence):
  """What `show` does with these arguments; then nothing stays brought."""
  yield lambda *arguments: equivalence('show', *arguments)
  for place in {*BROUGHT.values()}:
    drop(place)
  sys.modules.pop('reader', None)


def test_a_model_that_one_file_brings(show):
  file = ROOT / 'notes' / 'cases' / 'reader.py'
  done = show('reader', '--cases', file)
  assert done.status == 0, done.err
  assert titles_of(done.out) == ['reader', 'reader']
  assert re.search(r'^activation +Activation +jnp.tanh', done.out, re.MULTILINE)
  assert file.read_text().rstrip() in done.out


def test_a_model_and_a_transform_that_a_package_brings(show):
  package = 'equivalence_tests.templates.transform'
  forms = [f'{package}.{way}.transforms.times_over' for way in OWN]
  done = show('my_rnn', '--deep', '--cases', package)
  assert done.status == 0, done.err
  titles = titles_of(done.out)
  assert titles[0] == f'{package}.network'
  assert titles[1:4] == [f'{package}.{way}.my_rnn' for way in OWN]
  place = titles.index(forms[0])
  assert titles[place : place + 3] == forms
  assert len({*titles}) == len(titles)
  assert titles_of(show('times_over').out) == forms


def test_a_way_of_a_third_party(equivalence):
  folder = ROOT / 'notes' / 'ways'
  done = equivalence('show', 'lstm', '--way', 'plain_linen', cwd=folder)
  titles = titles_of(done.out)
  assert titles[-1] == 'plain_linen.lstm'
  assert (folder / 'plain_linen' / 'lstm.py').read_text().rstrip() in done.out


@pytest.mark.parametrize(
  ('arguments', 'message'),
  [
    (['elmann'], "unknown model or part 'elmann'; did you mean elman?"),
    (['over_tim'], "unknown model or part 'over_tim'; did you mean over_time?"),
    (
      ['gru', '--deep', '--diff', 'pure', 'scope'],
      '--diff: expected no --deep',
    ),
    (
      ['gru', '--way', 'core_rnn', '--diff', 'pure', 'scope'],
      'expected no --way',
    ),
    (['as_pure', '--diff', 'pure', 'scope'], "way scope: no model 'as_pure'"),
  ],
)
def test_misuse_is_one_line(equivalence, arguments, message):
  done = equivalence('show', *arguments)
  assert done.status == 2
  assert done.out == ''
  assert done.err.startswith('equivalence: ')
  assert done.err.count('\n') == 1
  assert message in done.err
