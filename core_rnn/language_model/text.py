"""Text and its characters: where it comes from, and how it becomes numbers."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_rnn.language_model.misuse import Misuse

SHOWN = 20  # unknown characters that a message lists


@dataclass(frozen=True)
class Vocabulary:
  """Character <-> its place in a sorted string: tokens int32 [characters].

  Attributes:
    characters: each once, in the order of their code points.
  """

  characters: str

  def __len__(self) -> int:
    """How many there are."""
    return len(self.characters)

  def encode(self, text: str) -> np.ndarray:
    """Text -> tokens [characters].

    Raises:
      ValueError: it has characters that are not in the vocabulary.
    """
    known, points = code_points(self.characters), code_points(text)
    places = np.searchsorted(known, points)
    found = known[np.minimum(places, len(known) - 1)] == points
    if not found.all():
      unknown = ''.join(map(chr, np.unique(points[~found])))
      more = f' and {len(unknown) - SHOWN} more' * (len(unknown) > SHOWN)
      raise ValueError(
        f'expected characters of the vocabulary, got {unknown[:SHOWN]!r}{more}'
      )
    return places.astype(np.int32)

  def decode(self, tokens: np.ndarray) -> str:
    """Tokens [characters] -> text."""
    return ''.join(self.characters[token] for token in tokens)


def code_points(text: str) -> np.ndarray:
  """Text -> the number of each character in Unicode: [characters]."""
  return np.frombuffer(text.encode('utf-32-le', 'surrogatepass'), np.uint32)


def vocabulary_of(text: str) -> Vocabulary:
  """Every character of a text [characters], once."""
  return Vocabulary(''.join(map(chr, np.unique(code_points(text)))))


def read(source: str | None) -> str:
  """A text [characters]: of a file, of all files of a directory, or `-`.

  Args:
    source: a path; `-` for standard input; None for Python's own reference.
      Of a directory, the files follow each other in the order of their paths,
      but for those whose name, or whose folder's, begins with a dot.

  Raises:
    Misuse: there is nothing to read, or it is no text in UTF-8.
  """
  if source is None:
    from pydoc_data.topics import topics

    return '\n\n'.join(topics[name] for name in sorted(topics))
  try:
    text = ''.join(decoded(data, name) for name, data in parts(source))
  except OSError as error:
    raise Misuse(f'{error.filename}: {error.strerror}') from None
  if not text:
    name = 'standard input' if source == '-' else source
    raise Misuse(f'{name}: expected text, got none')
  return text


def parts(source: str) -> Iterator[tuple[str, bytes]]:
  """What messages call each file of a source, and its bytes [bytes]."""
  path = Path(source)
  if source == '-':
    yield 'standard input', sys.stdin.buffer.read()
  else:
    for file in visible(path) if path.is_dir() else [path]:
      yield str(file), file.read_bytes()


def visible(folder: Path) -> list[Path]:
  """The files below a folder, in order, of shape []; hidden ones are not."""
  return [
    file
    for file in sorted(folder.rglob('*'))
    if file.is_file()
    and not any(p.startswith('.') for p in file.relative_to(folder).parts)
  ]


def decoded(data: bytes, name: str) -> str:
  """Bytes [bytes] -> text [characters].

  Raises:
    Misuse: they are no text in UTF-8.
  """
  try:
    text = data.decode('utf-8-sig')
  except UnicodeDecodeError as error:
    where = f'{error.reason} at byte {error.start}'
    raise Misuse(f'{name}: expected text in UTF-8, got {where}') from None
  if '\0' in text:
    place = text.index('\0')
    raise Misuse(f'{name}: expected text, got a zero at character {place}')
  return text
