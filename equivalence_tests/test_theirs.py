"""The ways that the notes give as examples, with nothing but our wheel."""

import runpy
import shutil
from pathlib import Path

import pytest

from equivalence_tests.cases import real_text
from equivalence_tests.claims import CLAIMS
from equivalence_tests.conftest import process
from equivalence_tests.judge import Plan, judge
from equivalence_tests.models import CASES
from equivalence_tests.ways import find

WAYS = Path(__file__).parents[1] / 'notes' / 'ways'

if not WAYS.exists():
  pytest.skip('an installed copy has no notes', allow_module_level=True)

PACKAGES = ('plain_linen', 'plain_nnx')
MODELS = ('elman', 'lstm', 'gru', 'rnn')

# package -> model, what stands in its file, and what is wrong in its place
WRONG = {
  'plain_linen': ('elman', ', keep_order=True', ''),
  'plain_nnx': ('gru', '(1 - z) * n + z * h', 'n + z * (h - n)'),
}


def not_claimed(package):
  """Claim -> why it is not made, as the package itself says."""
  names = runpy.run_path(str(WAYS / package / '__init__.py'))
  return names.get('NOT_CLAIMED', {})


def judged(installed, folder, packages, models, claims):
  """What the command, as installed, says of packages in a folder."""
  named = [word for claim in claims for word in ('--claim', claim)]
  named += [word for package in packages for word in ('--way', package)]
  command = installed / 'bin' / 'equivalence'
  return process(command, *models, *named, cwd=folder)


@pytest.mark.parametrize('package', PACKAGES)
def test_all_that_it_claims_holds(installed, tmp_path, package):
  shutil.copytree(WAYS / package, tmp_path / package)
  claims = [claim for claim in CLAIMS if claim not in not_claimed(package)]
  done = judged(installed, tmp_path, [package], MODELS, claims)
  assert done.status == 0, done.out + done.err
  assert done.out.endswith('every claim holds\n')
  assert done.err == ''


def test_plain_nnx_claims_all():
  assert not_claimed('plain_nnx') == {}


@pytest.mark.parametrize('claim', not_claimed('plain_linen'))
def test_what_plain_linen_does_not_claim_does_not_hold(monkeypatch, claim):
  monkeypatch.syspath_prepend(WAYS)
  ways = [find('pure'), find('plain_linen')]
  verdict = judge(claim, CASES['elman'], ways, Plan(1, 0, real_text()))
  assert verdict.message.startswith(f'{claim}: plain_linen elman: ')


@pytest.fixture(scope='module')
def told(installed, tmp_path_factory):
  """What the command says of a wrong variant of each."""
  folder = tmp_path_factory.mktemp('wrong')
  for package, (model, right, wrong) in WRONG.items():
    file = shutil.copytree(WAYS / package, folder / package) / f'{model}.py'
    assert file.read_text().count(right) == 1
    file.write_text(file.read_text().replace(right, wrong))
  done = judged(installed, folder, PACKAGES, ['elman', 'gru'], ['outputs'])
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
