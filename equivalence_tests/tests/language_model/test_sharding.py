"""A batch that is dealt among devices, or processes, is the same batch."""

import json
import shutil

import chex
import jax
import numpy as np
import pytest

from core_rnn.language_model.checkpoints import newest
from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.sharding import mesh_of
from equivalence_tests.tests.language_model.conftest import TEXT, WAY
from equivalence_tests.tests.language_model.processes import (
  finish,
  free_port,
  start,
)

OPTIONS = (
  '--way',
  WAY,
  '--features',
  '8',
  '--learned-carry',
  '--batch-size',
  8,
  '--block-size',
  7,
  '--max-iters',
  40,
  '--eval-interval',
  20,
  '--log-interval',
  5,
  '--warmup-iters',
  5,
  '--learning-rate',
  0.02,
)
NEAR = 1e-5  # of float32, summed in another order, forty steps on
EIGHT = {'XLA_FLAGS': '--xla_force_host_platform_device_count=8'}


@pytest.fixture(scope='module')
def text(tmp_path_factory):
  path = tmp_path_factory.mktemp('sharding') / 'text'
  path.write_text(TEXT)
  return path


def losses(out_dir, name='loss'):
  """Of each block, or each look at the held-out text."""
  lines = (out_dir / 'metrics.jsonl').read_text().splitlines()
  found = [json.loads(line) for line in lines]
  return [line[name] for line in found if name in line]


@pytest.fixture(scope='module')
def alone(text):
  """The run on one device."""
  out_dir, log = text.parent / 'alone', text.parent / 'log'
  finish(start('train', text, *OPTIONS, '--out-dir', out_dir, log=log), log)
  return out_dir


def assert_same(out_dir, alone):
  """Its losses are those on one device, within a few float32."""
  for name, count in (('loss', 8), ('val_loss', 2)):
    expected, got = losses(alone, name), losses(out_dir, name)
    assert len(got) == count
    np.testing.assert_allclose(got, expected, rtol=NEAR)
  assert losses(alone)[-1] < losses(alone)[0] - 0.1  # something was learned


def test_losses_on_eight_devices_are_those_on_one(text, alone):
  out_dir, log = text.parent / 'eight', text.parent / 'log'
  given = (*OPTIONS, '--out-dir', out_dir)
  said = finish(start('train', text, *given, log=log, **EIGHT), log)
  assert 'on 8 devices' in said
  assert_same(out_dir, alone)


def in_two(folder, *given):
  """What both processes of a run said, with their logs in a folder."""
  together = ('--coordinator', f'127.0.0.1:{free_port()}', '--processes', 2)
  logs = [folder / f'log {number}' for number in range(2)]
  processes = [
    start('train', *given, *together, '--process', number, log=log)
    for number, log in enumerate(logs)
  ]
  return [*map(finish, processes, logs)]


@pytest.fixture(scope='module')
def two(text):
  """The run of two processes, and what they said."""
  out_dir = text.parent / 'two'
  return out_dir, in_two(text.parent, text, *OPTIONS, '--out-dir', out_dir)


def test_losses_of_two_processes_are_those_of_one(two, alone):
  out_dir, (said, other) = two
  assert 'on 2 devices' in said
  assert 'loss' not in other
  assert_same(out_dir, alone)


def test_two_processes_go_on_bit_for_bit(two, tmp_path):
  unbroken, _ = two
  out_dir = tmp_path / 'broken'
  shutil.copytree(unbroken, out_dir)
  for kind in ('last', 'best'):
    shutil.rmtree(out_dir / kind / '40', ignore_errors=True)
  said, _ = in_two(tmp_path, '--resume', '--out-dir', out_dir)
  assert 'steps 20 to 40' in said
  expected, got = (newest(folder, 'last')[0] for folder in (unbroken, out_dir))
  assert got.step == expected.step == 40
  chex.assert_trees_all_equal(got.arrays, expected.arrays)
  assert losses(out_dir) == losses(unbroken)


def test_devices_are_as_many_as_the_batch_goes_into():
  assert mesh_of(None, 3).size == 1
  assert mesh_of(1, 3).devices.tolist() == jax.devices()[:1]


@pytest.mark.parametrize('devices', [0, 2])
def test_devices_that_are_not_there_are_refused(devices):
  with pytest.raises(
    Misuse, match=f'--devices: expected 1 to 1, got {devices}'
  ):
    mesh_of(devices, 4)


def test_a_batch_that_cannot_be_dealt_is_refused(monkeypatch):
  monkeypatch.setattr(jax, 'devices', lambda: ['cpu'] * 4)
  message = '--batch-size: expected a multiple of 4 devices, got 6'
  with pytest.raises(Misuse, match=message):
    mesh_of(4, 6)
