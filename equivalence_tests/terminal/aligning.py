"""The rows of files side by side: which lines stand beside each other.

Parts that belong together start in one row. Within them, every line that all
files have is in one row.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from equivalence_tests.terminal.cutting import BODY, Part, has_letters, parts_of

A = TypeVar('A')
B = TypeVar('B')
Row = tuple[int | None, ...]

DEFINES = re.compile('^(def|class) .*')
LEAST = 0.3  # less likeness of two functions leaves them in rows of their own
FUNCTIONS = 0.4  # likeness of two functions, or classes, with functions inside


def aligned(texts: Sequence[str]) -> list[Row]:
  """Return the rows: the number of a line of each text, or None for a gap.

  Each line that is not blank is in one row, and lines keep their order. There
  is an empty row between parts.
  """
  lines = [text.split('\n') for text in texts]
  return rows_of([parts_of(text) for text in texts], lines)


def rows_of(
  files: Sequence[Sequence[Part]], lines: Sequence[Sequence[str]]
) -> list[Row]:
  """Return the rows of the parts of files with these lines."""
  rows: list[Row] = []
  for parts in together(files):
    if rows:
      rows.append((None,) * len(files))
    rows += rows_together(parts, lines)
  return rows


def rows_together(
  parts: Sequence[Part | None], lines: Sequence[Sequence[str]]
) -> list[Row]:
  """Return the rows of parts that belong together, one of each file or None.

  They are aligned by their own parts. If one of them has no functions, they may
  have more lines in common as a whole.
  """
  there = [part for part in parts if part]
  whole = in_rows([p.numbers if p else range(0) for p in parts], lines)
  if not (all(p.parts for p in there) and any(p.has_functions for p in there)):
    return whole
  cut = rows_of([part.parts if part else () for part in parts], lines)
  if all(part.has_functions for part in there):
    return cut
  return max(cut, whole, key=lambda rows: shared(rows, lines, len(there)))


def shared(
  rows: Sequence[Row], lines: Sequence[Sequence[str]], count: int
) -> int:
  """Return the number of rows in which count files have the same line."""
  texts = (
    [lines[i][n].strip() for i, n in enumerate(row) if n is not None]
    for row in rows
  )
  return sum(len(row) == count and len({*row}) == 1 for row in texts)


def in_rows(
  numbers: Sequence[range], lines: Sequence[Sequence[str]]
) -> list[Row]:
  """Return the rows of one part, with the lines that all files have aligned.

  The lines that begin a function or a class are aligned, too.
  """
  there = [i for i, few in enumerate(numbers) if few]
  texts = [
    [DEFINES.sub('def', lines[i][n].strip()) for n in numbers[i]] for i in there
  ]
  rows: list[Row] = []
  starts = [0] * len(there)
  for ends in [*common(texts), tuple(map(len, texts))]:
    for k in range(max(b - a for a, b in zip(starts, ends, strict=True))):
      row: list[int | None] = [None] * len(numbers)
      for i, start, end in zip(there, starts, ends, strict=True):
        row[i] = numbers[i][start + k] if start + k < end else None
      rows.append(tuple(row))
    starts = [*ends]
  return rows


def common(texts: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
  """Return where the lines are that all texts have, in one order."""
  places: list[tuple[int, ...]] = [
    (i,) for i, line in enumerate(texts[0]) if has_letters(line)
  ]
  for text in texts[1:]:
    have = [texts[0][place[0]] for place in places]
    matcher = difflib.SequenceMatcher(None, have, text, autojunk=False)
    places = [
      (*places[block.a + i], block.b + i)
      for block in matcher.get_matching_blocks()
      for i in range(block.size)
    ]
  return places


def together(files: Sequence[Sequence[Part]]) -> list[tuple[Part | None, ...]]:
  """Return the parts that belong together, one of each file or None."""
  rows: list[tuple[Part | None, ...]] = [(part,) for part in files[0]]
  for count, parts in enumerate(files[1:], 1):
    rows = [
      (*(row or (None,) * count), part)
      for row, part in paired(rows, parts, closest)
    ]
  return rows


def closest(row: Sequence[Part | None], part: Part) -> float:
  """Return how alike a part is to the most similar part in a row."""
  return max(alike(one, part) for one in row if one)


def alike(one: Part, other: Part) -> float:
  """Return how alike two parts are; 0 if they do not belong together.

  Common lines count, functions inside both, and similar names, the less the
  shorter one is: in linen the function of a model may only construct a class.
  """
  if one.kind != other.kind:
    return 0
  if one.kind != BODY:
    return 2
  both = Counter(one.lines) & Counter(other.lines)
  low, high = sorted((len(one.lines), len(other.lines)))
  names = LEAST
  if one.name and other.name:
    ratio = difflib.SequenceMatcher(None, one.name, other.name).ratio()
    names = ratio * (low / high) ** 0.5
  inside = FUNCTIONS * (one.has_functions and other.has_functions)
  score = names + inside + 2 * both.total() / (low + high)
  return score if score >= LEAST else 0


def paired(
  some: Sequence[A], others: Sequence[B], score: Callable[[A, B], float]
) -> list[tuple[A | None, B | None]]:
  """Return pairs in the order of both sequences, with None for no partner.

  The sum of the scores of the pairs is the largest possible; no score is 0.
  """

  @cache
  def best(i: int, j: int) -> tuple[float, tuple[tuple[int, int], ...]]:
    if i == len(some) or j == len(others):
      return 0, ()
    options = [best(i + 1, j), best(i, j + 1)]
    if scored := score(some[i], others[j]):
      total, pairs = best(i + 1, j + 1)
      options.append((total + scored, ((i, j), *pairs)))
    return max(options, key=lambda option: option[0])

  found: list[tuple[A | None, B | None]] = []
  at, to = 0, 0
  for i, j in best(0, 0)[1]:
    found += [(one, None) for one in some[at:i]]
    found += [(None, other) for other in others[to:j]]
    found.append((some[i], others[j]))
    at, to = i + 1, j + 1
  found += [(one, None) for one in some[at:]]
  return found + [(None, other) for other in others[to:]]
