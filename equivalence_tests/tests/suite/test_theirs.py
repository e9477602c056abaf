"""The ways that the notes give as examples, with nothing but our wheel.

That all they claim holds is judged with our own ways, in `test_claims.py`.
"""

import importlib
import shutil

import pytest

from equivalence_tests.suite.cases import Example
from equivalence_tests.suite.compare import Disagreement
from equivalence_tests.suite.judge import replay
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import declared
from equivalence_tests.tests.conftest import ROOT, process

WAYS = ROOT / 'notes' / 'ways'

MODELS = ('elman', 'lstm', 'gru')  # nothing is wrong with the second

# package -> model, what stands in its file, and what is wrong in its place
WRONG = {
  'plain_linen': ('elman', '    keep_order=True,\n', ''),
  'plain_nnx': ('gru', '(1 - z) * n + z * h', 'n + z * (h - n)'),
}


def judged(installed, folder, *arguments):
  """What the command, as installed, says of both packages in a folder."""
  ways = [word for package in WRONG for word in ('--way', package)]
  command = installed / 'bin' / 'equivalence'
  return process(command, *arguments, *ways, cwd=folder)


@pytest.mark.parametrize(
  ('model', 'claim', 'row'),
  [('elman', 'errors', 0), ('elman', 'program', 1), ('rnn', 'program', 0)],
)
def test_what_plain_linen_does_not_claim_does_not_hold(
  monkeypatch, model, claim, row
):
  monkeypatch.syspath_prepend(WAYS)
  package = importlib.import_module('plain_linen')
  monkeypatch.setattr(package, 'NOT_CLAIMED', {})
  example = Example(CASES[model].rows[row])
  with pytest.raises(Disagreement, match=f'^{claim}: plain_linen {model}: '):
    replay(claim, model, ['core_rnn.pure', 'plain_linen'], example)


def test_plain_nnx_claims_all(monkeypatch):
  monkeypatch.syspath_prepend(WAYS)
  assert declared('plain_nnx') == {}


@pytest.fixture(scope='module')
def told(installed, tmp_path_factory):
  """What the command says of a wrong variant of each."""
  folder = tmp_path_factory.mktemp('wrong')
  for package, (model, right, wrong) in WRONG.items():
    file = shutil.copytree(WAYS / package, folder / package) / f'{model}.py'
    assert file.read_text().count(right) == 1
    file.write_text(file.read_text().replace(right, wrong))
  done = judged(installed, folder, *MODELS, '--claim', 'outputs')
  assert done.status == 1, done.out + done.err
  assert done.out.endswith('2 do not hold\n')
  return done.out


def test_linen_that_leaves_out_keep_order_is_told_where_it_differs(told):
  """Flax returns a reversed sequence last step first, unless it is told."""
  place = 'outputs: plain_linen elman: apply under jit: leaf [1]: expected '
  (message,) = (line for line in told.splitlines() if line.startswith(place))
  assert message.endswith(' ULP apart, allowed: 0')
  pasted = told.split(message)[1].split('\n\n')[1]
  assert "replay('outputs', 'elman', [" in pasted
  assert "'reverse': True" in pasted


def test_nnx_that_is_right_by_algebra_alone_is_told_by_how_much(told):
  place = 'outputs: plain_nnx gru: apply under jit: leaf '
  (message,) = (line for line in told.splitlines() if line.startswith(place))
  assert message.endswith(' ULP apart, allowed: 0')
