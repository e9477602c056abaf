"""Each fault, planted in each way in turn, turns the right claim red."""

import json
import sys
from importlib import import_module

import pytest

from core_rnn.networks import FAMILIES
from equivalence_tests.meta import edit_shared, faults, plant_shared
from equivalence_tests.meta.copies import copied, judged
from equivalence_tests.meta.faults import CONTROL, Fault, plant
from equivalence_tests.meta.faults.shared import FAULTS as SHARED
from equivalence_tests.suite import models
from equivalence_tests.suite.cases import real_text
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import (
  Plan,
  Trials,
  judge,
  replay,
  setting_width,
  tried,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.tests.conftest import ROOT, process

ELMAN = CASES['elman']
SMALL = ELMAN._replace(rows=ELMAN.rows[:1])
PLAN = Plan(examples=0, seed=0, text=real_text())
FAULTS_OF = {
  family: import_module(f'{faults.__name__}.{family}').FAULTS
  for family in FAMILIES
}
FAULTS = [fault for family in FAULTS_OF.values() for fault in family]
BY_NAME = {fault.name: fault for fault in FAULTS}
BY_SHARED_NAME = {fault.name: fault for fault in SHARED}


@pytest.fixture
def planted(tmp_path, monkeypatch):
  """(fault, ways to plant it in) -> all ways, those with the fault in them."""
  monkeypatch.syspath_prepend(tmp_path)

  def plant_in(fault: Fault, *ways: str):
    return [
      plant(fault, name, tmp_path) if name in ways else find(name)
      for name in OWN
    ]

  return plant_in


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('fault', FAULTS, ids=lambda f: f'{f.model}: {f.name}')
def test_a_planted_fault_is_seen_by_the_claim_that_should(planted, fault, way):
  case = CASES[fault.model]
  if fault.row is not None:
    case = case._replace(rows=(case.rows[fault.row],), text=False)
  verdict = tried(Trials(fault.claim, case, planted(fault, way), PLAN))
  assert not verdict.holds, f'{fault.name} in {way}: {fault.claim} holds'
  assert verdict.message.startswith(f'{fault.claim}: ')
  assert 'expected' in verdict.message
  assert 'got' in verdict.message


@pytest.mark.parametrize('family', FAMILIES)
def test_every_family_has_faults_of_its_own(family):
  own = {c.model for c in import_module(f'{models.__name__}.{family}').CASES}
  assert own & {fault.model for fault in FAULTS_OF[family]}


def test_without_a_fault_every_claim_holds(planted):
  ways = planted(CONTROL, *OWN)
  for claim in CLAIMS:
    verdict = judge(claim, SMALL, ways, PLAN)
    assert verdict.holds, verdict.message


@pytest.fixture(scope='module')
def unspoilt(tmp_path_factory):
  """A copy of one way, with no fault in it."""
  folder = tmp_path_factory.mktemp('unspoilt')
  with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(folder)
    yield plant(CONTROL, 'linen', folder)


@pytest.mark.parametrize('model', CASES)
def test_without_a_fault_a_copy_is_the_same_program(unspoilt, model):
  """One of another is seen for what is no fault, and every fault with it."""
  case = CASES[model]
  with setting_width(case.rows[0]):
    ours = subject(find('linen'), case, case.rows[0])
    copied = subject(unspoilt, case, case.rows[0])
    assert copied.same_program(ours, 'init')
    assert copied.same_program(ours, 'apply')


def test_a_fault_that_all_ways_share_is_seen_by_the_oracle_alone(planted):
  ways = planted(BY_NAME['a transposed kernel'], *OWN)
  verdicts = {claim: judge(claim, SMALL, ways, PLAN) for claim in CLAIMS}
  assert [c for c, one in verdicts.items() if not one.holds] == ['oracle']
  message = verdicts['oracle'].message
  assert message.startswith('oracle: pure elman: against a float64 loop: ')


# The process that forks has not used JAX: this one has.
JUDGED = """
import json, sys
from equivalence_tests.meta.faults import shared_fault
from equivalence_tests.meta.faults.shared import FAULTS
from equivalence_tests.meta.plant_shared import messages

model = sys.argv[1]
faults = [fault for fault in FAULTS if fault.model == model]
faults.append(shared_fault('no fault', 'elman', 'errors'))
print(json.dumps([*messages(faults, 1)]))
"""


@pytest.mark.parametrize('model', sorted({fault.model for fault in SHARED}))
def test_faults_of_all_ways_are_seen_by_the_claims_that_should(model):
  done = process(sys.executable, '-c', JUDGED, model, cwd=ROOT)
  assert not done.status, done.err
  *messages, unspoilt = json.loads(done.out)
  assert not unspoilt
  own = [fault for fault in SHARED if fault.model == model]
  for fault, said in zip(own, messages, strict=True):
    assert said, f'{fault.name}: {fault.claim} holds'
    assert said.startswith(f'{fault.claim}: ')
    assert 'expected' in said
    assert 'got' in said


@pytest.mark.parametrize('fault', SHARED, ids=lambda f: f'{f.model}: {f.name}')
def test_a_fault_of_all_ways_is_of_a_file_that_its_model_imports(fault):
  for module, old, _ in fault.edits:
    file = edit_shared.files()[f'{module}.py']
    assert old in file.read_text()
    assert file in edit_shared.reached(fault.model)


@pytest.mark.parametrize(
  'fault', [BY_SHARED_NAME['a zero carry of ones'], None]
)
def test_the_command_line_sees_a_fault_in_a_copy(fault):
  with copied() as folder:
    if fault is not None:
      plant_shared.plant(fault, folder)
    verdict = judged(folder, 'elman', 'oracle')
  assert verdict['holds'] == (fault is None)


def test_a_copy_that_cannot_be_imported_is_not_judged():
  with copied() as folder:
    (folder / 'core_rnn' / 'model.py').write_text('raise ValueError')
    with pytest.raises(RuntimeError, match='ValueError'):
      judged(folder, 'elman', 'oracle')


def test_terms_in_another_order_are_another_program_of_the_same_outputs(
  planted,
):
  ways = planted(BY_NAME['terms in another order'], 'linen')
  assert not judge('program', ELMAN, ways, PLAN).holds
  assert judge('outputs', ELMAN, ways, PLAN).holds


def test_a_failing_example_is_small_and_fails_again_when_replayed(planted):
  ways = planted(BY_NAME['an initial carry of ones'], 'linen')
  verdict = judge('outputs', ELMAN, ways, PLAN)
  assert verdict.example.values == ([[0.0, 0.0]] * 5,)
  packages = [way.package for way in ways]
  with pytest.raises(AssertionError, match='outputs: planted_linen'):
    replay('outputs', 'elman', packages, verdict.example)


def test_a_fault_whose_text_is_gone_cannot_be_planted(tmp_path):
  stale = (
    BY_NAME['a missing bias'].edits['pure'][0]._replace(old='no such text')
  )
  fault = Fault('stale', 'elman', 'outputs', {'pure': [stale]})
  with pytest.raises(LookupError, match='no such text'):
    plant(fault, 'pure', tmp_path)
