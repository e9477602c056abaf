"""A checkpoint is whole, or it is refused and the one before it used."""

import errno
import json
import resource
from contextlib import contextmanager
from types import SimpleNamespace

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from core_rnn.language_model import checkpoints
from core_rnn.language_model.checkpoints import Checkpoint, newest, save, steps
from core_rnn.language_model.misuse import Misuse, Stopped
from core_rnn.language_model.trees import grown, leaves
from core_rnn.language_model.unraisable import but_closed_loops

ABOUT = {'vocabulary': 'aß\n', 'best': float('inf')}


def checkpoint(step):
  """Arrays of several dtypes, which differ from step to step."""
  rng = np.random.default_rng(step)
  arrays = {
    'variables.params.kernel': rng.normal(size=(30, 40)).astype(np.float32),
    'carry.0': np.asarray(jnp.asarray(rng.normal(size=3), jnp.bfloat16)),
    'key': rng.integers(2**32, size=2, dtype=np.uint32),
    'step': np.array(step, np.int32),
  }
  return Checkpoint(step, arrays, ABOUT)


def same(found, expected):
  """Every bit of them."""
  assert found.step == expected.step
  assert found.arrays.keys() == expected.arrays.keys()
  for name, array in expected.arrays.items():
    assert found.arrays[name].dtype == array.dtype
    assert found.arrays[name].tobytes() == array.tobytes()


def test_what_was_saved_comes_back_to_the_bit(tmp_path):
  save(tmp_path, 'last', checkpoint(7))
  found, refused = newest(tmp_path, 'last')
  same(found, checkpoint(7))
  assert not refused
  assert found.about.items() >= ABOUT.items()


def test_a_tree_with_a_key_grows_again_from_its_leaves():
  tree = {'a': (jnp.arange(3), {'b': jnp.ones(())}), 'key': jax.random.key(3)}
  found = jax.tree.map(np.asarray, leaves(tree))
  again = grown(found, jax.eval_shape(lambda: tree))
  assert jax.tree.structure(again) == jax.tree.structure(tree)
  assert again['key'].dtype == tree['key'].dtype
  for name, leaf in leaves(tree).items():
    np.testing.assert_array_equal(leaves(again)[name], leaf)


@pytest.mark.parametrize(
  ('found', 'message'),
  [
    ({}, 'expected an array a.0, got none'),
    (
      {'a.0': np.zeros(2, np.int32)},
      r'a.0: expected float32\[3\], got int32\[2\]',
    ),
  ],
)
def test_leaves_of_another_tree_are_refused(found, message):
  like = {'a': (jax.ShapeDtypeStruct((3,), jnp.float32),)}
  with pytest.raises(Misuse, match=message):
    grown(found, like)


@pytest.mark.parametrize(('kind', 'kept'), [('last', [8, 12]), ('best', [12])])
def test_the_last_two_are_kept_and_of_the_best_one(tmp_path, kind, kept):
  for step in (4, 8, 12):
    save(tmp_path, kind, checkpoint(step))
  assert steps(tmp_path / kind) == kept


def test_a_step_that_is_saved_again_is_the_new_one(tmp_path):
  save(tmp_path, 'last', checkpoint(4))
  again = checkpoint(5)._replace(step=4)
  save(tmp_path, 'last', again)
  same(newest(tmp_path, 'last')[0], again)


def cut(path):
  """Half of a file, as of a disk that lost the rest."""
  path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def turn(path):
  """One bit of a file is another."""
  data = bytearray(path.read_bytes())
  data[len(data) // 2] ^= 1
  path.write_bytes(data)


def files(folder):
  """Those of arrays and words, not the marks beside them."""
  return [
    path
    for path in sorted(folder.rglob('*'))
    if path.is_file() and path.stat().st_size > 0
  ]


def test_a_file_that_is_cut_short_is_noticed_or_does_not_matter(tmp_path):
  """Every one of them; the state that is used is whole."""
  save(tmp_path, 'last', checkpoint(4))
  save(tmp_path, 'last', checkpoint(8))
  noticed = 0
  for path in files(tmp_path / 'last' / '8'):
    data = path.read_bytes()
    cut(path)
    found, refused = newest(tmp_path, 'last')
    same(found, checkpoint(4 if refused else 8))
    noticed += len(refused)
    path.write_bytes(data)
  assert noticed >= 3  # the words, and the arrays with what says where they are


def test_a_bit_that_is_another_is_noticed(tmp_path):
  save(tmp_path, 'last', checkpoint(4))
  save(tmp_path, 'last', checkpoint(8))
  largest = max(files(tmp_path / 'last' / '8'), key=lambda p: p.stat().st_size)
  turn(largest)
  found, (reason,) = newest(tmp_path, 'last')
  same(found, checkpoint(4))
  assert '8: is not whole' in reason


def test_an_older_format_is_refused_by_name_and_the_one_before_used(
  tmp_path, monkeypatch
):
  save(tmp_path, 'last', checkpoint(4))
  with monkeypatch.context() as patch:
    patch.setattr(checkpoints, 'FORMAT', 'char-rnn 0')
    save(tmp_path, 'last', checkpoint(8))
  found, (reason,) = newest(tmp_path, 'last')
  same(found, checkpoint(4))
  assert reason.endswith(
    "8: expected the format 'char-rnn 1', got 'char-rnn 0'"
  )


def test_what_is_no_checkpoint_is_refused(tmp_path):
  (tmp_path / 'last' / '8').mkdir(parents=True)
  (tmp_path / 'last' / '8' / 'weights.json').write_text(json.dumps([1, 2]))
  with pytest.raises(Misuse, match='8: expected a checkpoint, got '):
    newest(tmp_path, 'last')


def test_no_checkpoint_is_said_to_be_none(tmp_path):
  with pytest.raises(Misuse, match='last: expected a checkpoint, got none'):
    newest(tmp_path, 'last')


def test_what_was_refused_is_gone_once_there_is_a_new_one(tmp_path):
  for step in (4, 8):
    save(tmp_path, 'last', checkpoint(step))
  turn(max(files(tmp_path / 'last' / '8'), key=lambda p: p.stat().st_size))
  save(tmp_path, 'last', checkpoint(6))
  assert steps(tmp_path / 'last') == [4, 6]


@contextmanager
def small_files(size):
  """Inside, no file can grow beyond a size, as on a disk that is full."""
  limits = resource.getrlimit(resource.RLIMIT_FSIZE)
  resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
  try:
    yield
  finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_the_disk_has_no_room_for_leaves_the_last_one_whole(tmp_path):
  save(tmp_path, 'last', checkpoint(4))
  message = 'step 8 was not saved: File too large; step 4 is whole'
  with small_files(1000), pytest.raises(Stopped, match=message):
    save(tmp_path, 'last', checkpoint(8))
  found, refused = newest(tmp_path, 'last')
  same(found, checkpoint(4))
  assert not refused
  save(tmp_path, 'last', checkpoint(12))
  assert {p.name for p in (tmp_path / 'last').iterdir()} == {'4', '12'}


def test_a_full_disk_is_called_one(tmp_path, monkeypatch):
  def full(*_, **__):
    raise OSError(errno.ENOSPC, 'No space left on device')

  monkeypatch.setattr('orbax.checkpoint.Checkpointer.save', full)
  message = 'step 8 was not saved: No space left on device; none was saved'
  with pytest.raises(Stopped, match=message):
    save(tmp_path, 'last', checkpoint(8))


def test_of_what_cannot_be_raised_only_closed_loops_are_not_told():
  told = []
  hook = but_closed_loops(told.append)
  other = SimpleNamespace(exc_value=RuntimeError('Event loop is open'))
  hook(SimpleNamespace(exc_value=RuntimeError('Event loop is closed')))
  hook(other)
  assert told == [other]
