"""The command line on terminals of several sizes, and in a pipe."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

from equivalence_tests.tests.conftest import process

PROGRAM = (sys.executable, '-m', 'equivalence_tests')
JUDGED = ('dense', 'counter', '--claim', 'signature', '--claim', 'variables')
SIZES = [(80, 24), (120, 40), (200, 50)]
CODES = re.compile(r'\x1b\[[0-9;?]*[A-Za-z]')
UP = re.compile(r'(?:\r?\x1b\[1A(?:\x1b\[2K)?)+')


def on_terminal(width, height, *arguments, at=None, do=None):
  """What a command writes to a terminal of this size, and its status.

  At the first output that has `at` in it, `do` is done to the process.
  """
  main, other = pty.openpty()
  fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack('4H', height, width, 0, 0))
  environment = {**os.environ, 'TERM': 'xterm-256color', 'PAGER': 'cat'}
  for name in ('COLUMNS', 'LINES', 'FORCE_COLOR', 'NO_COLOR'):
    environment.pop(name, None)
  with subprocess.Popen(
    [*PROGRAM, *arguments],
    stdin=other,
    stdout=other,
    stderr=other,
    env=environment,
    start_new_session=True,
  ) as running:
    os.close(other)
    written = b''
    try:
      while chunk := os.read(main, 4096):
        written += chunk
        if do is not None and at in written.decode(errors='ignore'):
          do(running)
          do = None
    except OSError:
      pass  # how Linux says that the other end has been closed
  os.close(main)
  return written.decode(), running.returncode


@pytest.mark.parametrize(('width', 'height'), SIZES)
def test_a_terminal_shows_a_bar_and_then_the_table_within_its_size(
  width, height
):
  written, status = on_terminal(width, height, *JUDGED)
  assert status == 0, written
  assert 'judging dense' in written
  assert re.search(r'\d+/8', written), 'no bar'
  lines = re.split(r'[\r\n]+', CODES.sub('', written).rstrip())
  assert max(map(len, lines)) <= width
  frames = [found[0].count('\x1b[1A') for found in UP.finditer(written)]
  assert max(frames) < height, 'what moves is higher than the screen'
  assert lines[-1].startswith('pure, scope, linen: 2 claims, 2 models, ')
  # one row per model, or, where that does not fit, one per claim
  rows = JUDGED[:2] if width >= 120 else JUDGED[3::2]
  table = [line.replace('│', ' ').split() for line in lines[-12:]]
  for name in rows:
    row = [words for words in table if words[:1] == [name]][-1]
    assert len(row) == 3 if width >= 120 else row[1:4] == ['2', 'of', '2']


def test_a_pipe_gets_a_line_for_each_model_as_it_ends():
  start = time.monotonic()
  with subprocess.Popen(
    [*PROGRAM, *JUDGED], stdout=subprocess.PIPE, text=True
  ) as running:
    first = running.stdout.readline()
    is_running = running.poll() is None
    rest = running.stdout.read()
  assert re.match(r'dense: \d+ examples, \d+\.\d s: every claim holds\n', first)
  assert is_running or time.monotonic() - start < 1
  assert re.search(r'^counter: \d+ examples?, ', rest, re.MULTILINE)
  assert '\x1b' not in first + rest


@pytest.fixture
def interruptible():
  """What is started can be interrupted, though pytest itself cannot.

  A shell that runs pytest in the background has interrupts ignored, by all that
  is started from there too.
  """
  before = signal.signal(signal.SIGINT, signal.default_int_handler)
  yield
  signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures('interruptible')
def test_an_interrupt_prints_what_was_judged_so_far():
  written, status = on_terminal(
    80,
    24,
    *('dense', 'lstm', 'gru', 'rnn', 'block'),
    at='judging lstm',
    do=lambda running: os.killpg(running.pid, signal.SIGINT),
  )
  assert status == 130, written
  said = ' '.join(CODES.sub('', written).split())
  assert 'interrupted after 1 of 5 models' in said
  assert said.endswith('every claim judged so far holds')
  assert 'Traceback' not in written


@pytest.mark.parametrize(('width', 'height'), [*SIZES, (220, 50)])
def test_the_files_stand_side_by_side_where_there_is_room(width, height):
  written, status = on_terminal(width, height, 'show', 'elman')
  assert status == 0, written
  lines = CODES.sub('', written).splitlines()
  assert max(map(len, lines)) <= width
  titles = [line for line in lines if 'core_rnn.pure.cells.elman' in line]
  beside = 'core_rnn.scope.cells.elman' in titles[0]
  assert beside == (width >= 220)
  wanted = f'side by side from 220 columns on; here are {width}'
  assert (wanted in written) != beside


@pytest.mark.parametrize(
  'arguments',
  [
    ('--version',),
    ('--help',),
    ('--list',),
    ('show', 'elman'),
    ('show', 'rnn', '--deep'),
    ('show', 'lstm', '--diff', 'scope', 'linen'),
    ('show', 'layer_scan'),
    ('elmann',),
    ('elman', '--claim', 'no_claim'),
  ],
)
def test_what_judges_nothing_imports_no_jax(arguments):
  code = (
    'import sys\n'
    'from equivalence_tests.__main__ import main\n'
    f'sys.argv = ["equivalence", *{arguments!r}]\n'
    'try:\n  main()\n'
    'finally:\n  print([m for m in ("jax", "flax") if m in sys.modules])\n'
  )
  done = process(sys.executable, '-c', code)
  assert done.out.splitlines()[-1] == '[]', done.err
