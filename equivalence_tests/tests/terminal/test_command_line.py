"""The command line, run as its users run it."""

import io
import json
import re
import sys
from importlib.metadata import version

import pytest
from rich.console import Console

from core_rnn.networks import FAMILIES
from equivalence_tests.suite import naming
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import Plan, Verdict
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import find
from equivalence_tests.terminal.grid import grid
from equivalence_tests.terminal.pool import SHARDS
from equivalence_tests.terminal.report import Report
from equivalence_tests.tests.conftest import process

THEIRS = (
  find('pure')
  .source('elman')
  .replace(
    'from core_rnn.pure.as_pure import Cell, Functions, as_pure',
    """from jax import numpy as jnp
from core_rnn.checks.factories import checked
from core_rnn.pure.as_pure import Cell, Functions, build

as_pure = partial(checked, 'theirs', build)
""",
  )
)


PROGRAM = (sys.executable, '-m', 'equivalence_tests')


@pytest.fixture
def their_package(tmp_path):
  """text of an elman.py -> a folder with a package `theirs` that has it."""

  def write(text):
    package = tmp_path / 'theirs'
    package.mkdir()
    (package / '__init__.py').touch()
    (package / 'elman.py').write_text(text)
    return tmp_path

  yield write
  for module in [m for m in sys.modules if m.split('.')[0] == 'theirs']:
    del sys.modules[module]


def test_it_judges_and_writes_what_it_saw(equivalence, tmp_path):
  written = tmp_path / 'out.json'
  options = ('--claim', 'signature', '--claim', 'program', '--seed', 5)
  done = equivalence('elman', *options, '--json', written)
  assert done.status == 0, done.err
  closing = done.out.splitlines()[-1]
  assert re.fullmatch(
    r'pure, scope, linen: 2 claims, 1 model, \d+ examples, \d+\.\d s: '
    'every claim holds',
    closing,
  )
  report = json.loads(written.read_text())
  assert report['holds'] is True
  assert report['seed'] == 5
  assert set(report['versions']) >= {'python', 'jax', 'jaxlib', 'flax'}
  assert [way['name'] for way in report['ways']] == ['pure', 'scope', 'linen']
  for verdict, claim in zip(report['verdicts'], options[1::2], strict=False):
    assert verdict['model'] == 'elman'
    assert verdict['claim'] == claim
    assert verdict['holds'] is True
    assert verdict['figure'] > 0
    assert verdict['unit'] == CLAIMS[claim].unit
    assert verdict['examples'] > 0
    assert verdict['seconds'] > 0


def test_list_names_families_models_and_claims_each_in_words(equivalence):
  lines = equivalence('--list').out.splitlines()
  headings = [line for line in lines if not line.startswith(' ')]
  assert len(headings) == len(FAMILIES) + 1
  assert len(lines) == len(headings) + len(CASES) + len(CLAIMS)
  named = [line.split()[0] for line in lines if line.startswith(' ')]
  assert named == [*CASES, *CLAIMS]
  assert all(len(line.split()) > 1 for line in lines)


def test_list_takes_names(equivalence):
  lines = equivalence('--list', 'program', 'lstm').out.splitlines()
  assert [line.split()[0] for line in lines[1::2]] == ['lstm', 'program']
  assert lines[1].split(maxsplit=1)[1].startswith('The LSTM, ')


def test_the_names_are_those_of_the_models_and_claims():
  assert [*naming.models()] == [*CASES]
  said = {name: claim.sentence for name, claim in CLAIMS.items()}
  assert naming.claims() == said


def test_a_correct_way_of_a_third_party_is_judged_and_holds(
  equivalence, their_package
):
  folder = their_package(THEIRS)
  claims = ('init', 'outputs', 'exchange', 'program', 'oracle', 'errors')
  options = [word for claim in claims for word in ('--claim', claim)]
  done = equivalence('elman', *options, '--way', 'theirs', cwd=folder)
  assert done.status == 0, done.out + done.err
  assert done.out.endswith('every claim holds\n')


def test_a_subtly_wrong_way_of_a_third_party_fails_and_can_be_pasted(
  equivalence, their_package
):
  """It has tanh(x) as 2 sigmoid(2 x) - 1: so says algebra, but not ULPs."""
  wrong = THEIRS.replace(
    'h = n.activation(from_h + from_x)',
    'z, tanh = from_h + from_x, n.activation is jnp.tanh\n'
    '    h = 2 / (1 + jnp.exp(-2 * z)) - 1 if tanh else n.activation(z)',
  )
  assert wrong != THEIRS
  folder = their_package(wrong)
  claims = ('--claim', 'signature', '--claim', 'outputs', '--claim', 'program')
  done = equivalence('elman', *claims, '--way', 'theirs', cwd=folder)
  assert done.status == 1, done.out + done.err
  assert 'elman: program not judged, since outputs fails' in done.out
  assert 'outputs: theirs elman: ' in done.out
  assert done.out.endswith('1 not judged, 1 does not hold\n')
  pasted = re.search(
    r"(from math .*?\nreplay\('outputs'.*?\n.*?\)\n)", done.out, re.DOTALL
  )[1]
  again = process(sys.executable, '-c', pasted, cwd='/')  # from anywhere
  message = next(m for m in done.out.splitlines() if m.startswith('outputs: '))
  assert f'Disagreement: {message}' in again.err


def test_a_model_that_a_way_lacks_is_absent_and_does_not_fail(
  equivalence, their_package
):
  folder = their_package(THEIRS)
  written = folder / 'out.json'
  options = ('--claim', 'signature', '--way', 'theirs', '--json', written)
  done = equivalence('dense', 'elman', *options, cwd=folder)
  assert done.status == 0
  assert 'theirs: dense: absent' in done.out
  ways = json.loads(written.read_text())['ways']
  assert ways[-1] == {
    'name': 'theirs',
    'package': 'theirs',
    'absent': ['dense'],
    'only': {},
  }


def test_what_a_way_does_not_claim_is_said_with_its_reason(
  equivalence, their_package
):
  folder = their_package(THEIRS)
  declared = "NOT_CLAIMED = {'signature': 'it takes more'}"
  (folder / 'theirs' / '__init__.py').write_text(declared)
  options = ('--claim', 'signature', '--claim', 'variables')
  done = equivalence('elman', *options, '--way', 'theirs', cwd=folder)
  assert done.status == 0
  said = 'theirs: elman: signature not claimed: it takes more'
  assert said in done.out.splitlines()
  assert done.out.endswith('1 not claimed, every other claim holds\n')
  (row,) = (line for line in done.out.splitlines() if '│ elman' in line)
  assert 'not claimed' in row


ONLY_TANH = """
def elman(features, activation=tanh, **how):
  assert activation is tanh, 'it has no other'
  return theirs(features, **how)
"""


def test_what_a_way_has_only_some_values_of_is_judged_with_these(
  equivalence, their_package
):
  less = THEIRS.replace('def elman(', 'def theirs(') + ONLY_TANH
  folder = their_package('from jax.numpy import tanh\n' + less)
  options = ('elman', '--claim', 'outputs', '--way', 'theirs')
  declared = "ONLY = {'elman.activation': ['tanh']}"
  (folder / 'theirs' / '__init__.py').write_text(declared)
  done = equivalence(*options, '--json', 'x.json', cwd=folder)
  assert done.status == 0, done.out
  said = 'theirs: elman.activation: judged with tanh alone'
  assert said in done.out.splitlines()
  ways = json.loads((folder / 'x.json').read_text())['ways']
  assert ways[-1]['only'] == {'elman.activation': ['tanh']}
  (folder / 'theirs' / '__init__.py').write_text('')
  done = equivalence(*options, cwd=folder)
  assert 'outputs: theirs elman: expected a result, got Assert' in done.out


def test_a_claim_that_is_excepted_is_not_judged(equivalence):
  options = ('--claim', 'init', '--claim', 'errors', '--except', 'errors')
  done = equivalence('dense', *options)
  assert done.status == 0
  assert done.out.splitlines()[-1].startswith('pure, scope, linen: 1 claim, ')


def test_a_way_that_breaks_down_is_told_where(equivalence, their_package):
  broken = THEIRS.replace('    return h, h\n', '    return h.no_such, h\n')
  folder = their_package(broken)
  options = ('--claim', 'outputs', '--way', 'theirs')
  done = equivalence('elman', *options, cwd=folder)
  assert done.status == 1
  assert 'outputs: theirs elman: expected a result, got Attr' in done.out
  assert re.search(r'theirs/elman\.py:\d+: return h\.no_such, h\)', done.out)


def test_version_is_that_of_the_package(equivalence):
  assert equivalence('--version').out.strip() == version('lifted-rnn')


def test_text_of_ones_own_is_read(equivalence, tmp_path):
  text = tmp_path / 'text'
  text.write_text('It was the best of times, it was the worst of times. ' * 2)
  done = equivalence('elman', '--claim', 'variables', '--text', text)
  assert done.status == 0, done.err


@pytest.mark.parametrize(
  ('arguments', 'message'),
  [
    (['elmann'], "unknown model 'elmann'; did you mean elman?"),
    (['--claim', 'output'], "unknown claim 'output'; did you mean outputs?"),
    (['--way', 'linen_rn'], 'did you mean linen_rnn'),
    (['--json', 'no/such/folder/x'], 'No such file or directory'),
    (['--json', '.'], 'Is a directory'),
    (['--examples', '0'], '--examples: expected a number >= 1, got 0'),
    (['--examples', 'many'], 'many'),
    (['--example', '3'], '--examples'),
    (['--ulp', '-1'], '--ulp: expected a number >= 0, got -1'),
    (['--except', 'output'], "unknown claim 'output'; did you mean outputs?"),
    (['--claim', 'init', '--except', 'init'], 'expected a claim to be left'),
    (['dense', '--way', 'no_text'], '--way no_text: has none of dense'),
    (['elman', '--claim', 'init', '--way', 'silent'], 'claims none of init'),
    (
      ['elman', '--way', 'careless'],
      "careless: NOT_CLAIMED: unknown claim 'x'",
    ),
    (['--text', 'BINARY'], 'expected UTF-8 text'),
    (['--text', 'SHORT'], 'expected over 32 characters, got 5'),
    (['--text', 'no such file'], 'No such file'),
    (['show', 'elmann'], 'did you mean elman?'),
    (['show', 'elman', '--way', 'no_text'], 'expected UTF-8 text'),
    (['show'], 'requires'),
    (['table', 'elman', '--features', '0'], '--features: expected a number'),
    (['table', 'nothing'], "unknown model 'nothing'"),
    (['table', 'dense', '--steps', '3'], 'expected --inputs or --features'),
    (['--html', 'no/such/folder/x'], 'No such file or directory'),
    (['--list', 'elmann'], "unknown model or claim 'elmann'"),
    (['show', 'gru', '--diff', 'pure', 'lines'], "unknown way 'lines'"),
    (
      ['elman', '--way', 'syntax_error'],
      'module syntax_error.elman: SyntaxError',
    ),
  ],
)
def test_misuse_is_one_line_and_status_2(
  equivalence, tmp_path, arguments, message
):
  (tmp_path / 'BINARY').write_bytes(b'\xff\xfe\x00')
  (tmp_path / 'SHORT').write_text('short')
  for package, text in (('no_text', b'\xff'), ('syntax_error', b'def')):
    (tmp_path / package).mkdir()
    (tmp_path / package / '__init__.py').touch()
    (tmp_path / package / 'elman.py').write_bytes(text)
  for package, claim in (('silent', 'init'), ('careless', 'x')):
    (tmp_path / package).mkdir()
    declared = f"NOT_CLAIMED = {{'{claim}': 'no reason'}}"
    (tmp_path / package / '__init__.py').write_text(declared)
    (tmp_path / package / 'elman.py').write_text('def elman(): ...')
  done = equivalence(*arguments, cwd=tmp_path)
  assert done.status == 2
  assert done.out == ''
  assert done.err.startswith('equivalence: ')
  assert done.err.count('\n') == 1
  assert message in done.err


def test_misuse_of_the_program_itself_shows_no_traceback():
  done = process(*PROGRAM, 'show', 'elmann')
  said = "equivalence: unknown model or part 'elmann'; did you mean elman?\n"
  assert done == (2, '', said)


def test_the_verdicts_fit_a_terminal_of_80_columns():
  report = Report(['elman'], [*CLAIMS], [find('pure')], Plan(1, 0, ''))
  for claim, one in CLAIMS.items():
    for _ in range(SHARDS):
      report.add(Verdict('elman', claim, True, 1234, one.unit, 1, 0.1))
  console = Console(width=80, record=True, file=io.StringIO())
  console.print(grid(report, console.width))
  shown = console.export_text()
  assert shown.count('1234') == len(CLAIMS)
  assert '…' not in shown


def test_the_report_is_one_page_that_stands_alone(equivalence, tmp_path):
  file = tmp_path / 'report.html'
  done = equivalence('dense', '--claim', 'signature', '--html', file)
  assert done.status == 0, done.err
  text = file.read_text()
  for tag in re.findall(r'<(table|tr|td|th|h1|ul)\b', text):
    assert len(re.findall(rf'<{tag}\b', text)) == text.count(f'</{tag}>')
  assert '<th scope="row">dense</th><td>5</td>' in text
  assert not re.search('src=|href=', text)


def test_table_counts_what_the_notebook_should_have(equivalence):
  options = ('--inputs', 100, '--features', 100, '--steps', 200000)
  done = equivalence('table', 'elman', *options)
  assert done.status == 0, done.err
  assert 'elman: pure, scope, linen; of time 200000, inputs 100' in done.out
  assert 'operations to apply once: 8,020,000,000' in done.out
  assert re.search(r'total .* 20,100 . 80,400', done.out)


def test_it_runs_from_a_wheel_outside_of_the_checkout(installed, tmp_path):
  script = installed / 'bin' / 'equivalence'
  options = ('--claim', 'signature', '--claim', 'program')
  done = process(script, 'elman', *options, cwd=tmp_path)
  assert done.status == 0, done.err
  assert done.out.endswith('every claim holds\n')
  assert '\x1b' not in done.out, 'colour or bars, and this is no terminal'
  assert done.err == ''
  (packages,) = installed.glob('lib/python*/site-packages')
  for package in ('core_rnn', 'linen_rnn'):
    assert (packages / package / 'py.typed').exists()
