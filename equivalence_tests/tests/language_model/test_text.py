"""Where text comes from, and how its characters become numbers."""

import io
from pydoc_data.topics import topics
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.text import read, vocabulary_of

WORDS = st.text(st.characters(exclude_categories=['Cs']), min_size=1)


@given(WORDS)
def test_tokens_decode_to_what_was_encoded(text):
  vocabulary = vocabulary_of(text)
  tokens = vocabulary.encode(text)
  assert tokens.dtype == np.int32
  assert vocabulary.decode(tokens) == text


@given(WORDS)
def test_a_vocabulary_has_each_character_once_and_in_order(text):
  vocabulary = vocabulary_of(text)
  assert [*vocabulary.characters] == sorted(set(text))
  assert len(vocabulary) == len(set(text))


def test_no_text_has_no_tokens():
  assert vocabulary_of('ab').encode('').shape == (0,)


def test_unknown_characters_are_listed_each_once():
  with pytest.raises(ValueError, match=r"got 'xz‽'$"):
    vocabulary_of('abc').encode('zab‽xzz')


def test_of_many_unknown_characters_some_are_listed_and_the_rest_counted():
  unknown = ''.join(map(chr, range(0x4E00, 0x4E00 + 50)))
  with pytest.raises(ValueError, match=rf"'{unknown[:20]}' and 30 more$"):
    vocabulary_of('abc').encode(unknown)


def test_a_file_is_read_to_the_letter(tmp_path):
  path = tmp_path / 'text'
  path.write_bytes('a\r\nß\n'.encode())
  assert read(str(path)) == 'a\r\nß\n'


def test_a_mark_of_byte_order_is_no_character(tmp_path):
  path = tmp_path / 'text'
  path.write_bytes(b'\xef\xbb\xbfab')
  assert read(str(path)) == 'ab'


def test_the_files_of_a_directory_follow_each_other_without_hidden_ones(
  tmp_path,
):
  for name in ('b/two', 'a', '.git/x', 'b/.three', 'c'):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{name};')
  assert read(str(tmp_path)) == 'a;b/two;c;'


def test_a_hyphen_is_standard_input(monkeypatch):
  stdin = SimpleNamespace(buffer=io.BytesIO('ä'.encode()))
  monkeypatch.setattr('sys.stdin', stdin)
  assert read('-') == 'ä'


def test_by_default_it_is_the_reference_of_python():
  text = read(None)
  assert all(topic in text for topic in topics.values())
  assert len(text) > 100_000


@pytest.mark.parametrize(
  ('data', 'message'),
  [
    (b'', 'expected text, got none'),
    (b'ab\xff', 'expected text in UTF-8, got invalid start byte at byte 2'),
    (b'a\0b', 'expected text, got a zero at character 1'),
  ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path, data, message):
  path = tmp_path / 'some file'
  path.write_bytes(data)
  with pytest.raises(Misuse, match=f'some file: {message}'):
    read(str(path))


def test_empty_standard_input_is_refused(monkeypatch):
  monkeypatch.setattr('sys.stdin', SimpleNamespace(buffer=io.BytesIO()))
  with pytest.raises(Misuse, match='standard input: expected text, got none'):
    read('-')


def test_a_binary_file_in_a_directory_is_named(tmp_path):
  (tmp_path / 'a').write_text('fine')
  (tmp_path / 'picture').write_bytes(b'\x89PNG')
  with pytest.raises(Misuse, match='picture: expected text in UTF-8'):
    read(str(tmp_path))


def test_a_missing_file_is_named(tmp_path):
  with pytest.raises(Misuse, match='nowhere: No such file or directory'):
    read(str(tmp_path / 'nowhere'))
