"""The ways that the notes give as examples, outside of the checkout."""

import runpy
import shutil
from pathlib import Path

import pytest

from equivalence_tests.claims import CLAIMS
from equivalence_tests.conftest import process

WAYS = Path(__file__).parents[1] / 'notes' / 'ways'

if not WAYS.exists():
  pytest.skip('an installed copy has no notes', allow_module_level=True)

PACKAGES = ('plain_linen', 'plain_nnx')
MODELS = ('elman', 'lstm', 'gru', 'rnn')


def not_claimed(package):
  """Claim -> why it is not made, as the package itself says."""
  names = runpy.run_path(str(WAYS / package / '__init__.py'))
  return names.get('NOT_CLAIMED', {})


@pytest.fixture
def judged(installed, tmp_path):
  """package, models, claims, edit -> what the command says of its copy."""

  def judge(package, *models, claims, edit=None):
    folder = shutil.copytree(WAYS / package, tmp_path / package)
    if edit is not None:
      module, right, wrong = edit
      file = folder / f'{module}.py'
      assert file.read_text().count(right) == 1
      file.write_text(file.read_text().replace(right, wrong))
    options = [word for claim in claims for word in ('--claim', claim)]
    command = (installed / 'bin' / 'equivalence', *models, *options)
    return process(*command, '--way', package, cwd=tmp_path)

  return judge


@pytest.mark.parametrize('package', PACKAGES)
def test_all_that_it_claims_holds(judged, package):
  claims = [claim for claim in CLAIMS if claim not in not_claimed(package)]
  done = judged(package, *MODELS, claims=claims)
  assert done.status == 0, done.out + done.err
  assert done.out.endswith('every claim holds\n')
  assert done.err == ''


def test_plain_nnx_claims_all(judged):
  assert not not_claimed('plain_nnx')


def test_what_plain_linen_does_not_claim_does_not_hold(judged):
  claims = not_claimed('plain_linen')
  done = judged('plain_linen', 'elman', claims=claims)
  assert done.status == 1, done.out + done.err
  for claim in claims:
    assert f'\n{claim}: plain_linen elman: ' in done.out
  assert done.out.endswith(f'{len(claims)} do not hold\n')


def test_linen_that_leaves_out_keep_order_is_told_where_it_differs(judged):
  """Flax returns a reversed sequence last step first, unless it is told."""
  edit = ('elman', ', keep_order=True', '')
  done = judged('plain_linen', 'elman', claims=['outputs'], edit=edit)
  assert done.status == 1, done.out + done.err
  assert '\noutputs: plain_linen elman: apply under jit: leaf [1]: ' in done.out
  assert ' ULP apart, allowed: 0\n' in done.out
  assert "replay('outputs', 'elman', ['core_rnn.pure'," in done.out
  assert "'reverse': True" in done.out
  assert done.out.endswith('1 do not hold\n')


def test_nnx_that_is_right_by_algebra_alone_is_told_by_how_much(judged):
  edit = ('gru', '(1 - z) * n + z * h', 'n + z * (h - n)')
  claims = ('variables', 'outputs', 'program')
  done = judged('plain_nnx', 'gru', claims=claims, edit=edit)
  assert done.status == 1, done.out + done.err
  assert '\noutputs: plain_nnx gru: apply under jit: leaf ' in done.out
  assert ' ULP apart, allowed: 0\n' in done.out
  assert '\nprogram: plain_nnx gru: apply: line ' in done.out
  assert 'stablehlo.subtract' in done.out
  assert done.out.endswith('2 do not hold\n')
