"""What the tests of the language model share: a small network, a command."""

import io
import sys
from types import SimpleNamespace

import pytest

from core_rnn.language_model.__main__ import main
from core_rnn.language_model.unraisable import but_closed_loops
from core_rnn.language_model.ways import factory
from equivalence_tests.tests.conftest import Done

WAY = 'pure'
SMALL = (
  '--features',
  '8',
  '--batch-size',
  '4',
  '--block-size',
  '8',
  '--max-iters',
  '20',
  '--eval-interval',
  '10',
  '--log-interval',
  '5',
)
TEXT = 'the quick brown fox jumps over the lazy dog. ' * 20


@pytest.fixture(autouse=True)
def without_closed_loops(monkeypatch):
  """Pytest too hears nothing of what Orbax says when all is over."""
  hook = but_closed_loops(sys.unraisablehook)
  monkeypatch.setattr(sys, 'unraisablehook', hook)


@pytest.fixture
def network():
  """Hyperparameters -> the model of a text with five characters."""

  def make(**hyperparameters):
    small = {'vocabulary': 5, 'features': (4, 3)}
    still = 'rate' not in hyperparameters
    small = {'vocabulary': 5, 'features': (4, 3), 'deterministic': still}
    return factory(WAY)(**{**small, **hyperparameters})

  return make


@pytest.fixture
def char_rnn(monkeypatch, capsys, tmp_path):
  """What `char-rnn` with these arguments does, without a new process."""

  def run(*arguments, stdin=b''):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, 'path', [*sys.path])
    fed = SimpleNamespace(buffer=io.BytesIO(stdin))
    monkeypatch.setattr(sys, 'stdin', fed)
    monkeypatch.setattr(sys, 'argv', ['char-rnn', *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
      main()
    return Done(stop.value.code, *capsys.readouterr())

  return run


@pytest.fixture
def text(tmp_path):
  """A file with some text."""
  path = tmp_path / 'text.txt'
  path.write_text(TEXT, encoding='utf-8')
  return path
