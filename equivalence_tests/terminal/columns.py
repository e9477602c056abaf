"""A model's files as a terminal shows them: in columns, or as a difference."""

import difflib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from pygments.token import (
  Comment,
  Generic,
  Keyword,
  Name,
  Number,
  String,
  Token,
)
from rich.console import Console
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.text import Text

from equivalence_tests.suite.ways import Way

COLUMN = 52  # columns that a file needs beside others: three fit in 160
# of the terminal's own colours, those that are read on black and on white
THEME = ANSISyntaxTheme(
  {
    Token: Style(),
    Comment: Style(italic=True),
    Keyword: Style(bold=True),
    Name.Decorator: Style(color='magenta'),
    Number: Style(color='cyan'),
    String: Style(color='green'),
    Generic.Heading: Style(bold=True),
    Generic.Inserted: Style(color='green'),
    Generic.Deleted: Style(color='red'),
  }
)


def difference(model: str, one: Way, other: Way) -> Syntax | Text:
  """The lines that the second way differs in from the first, as `diff` has."""
  lines = difflib.unified_diff(
    one.source(model).splitlines(),
    other.source(model).splitlines(),
    f'{one.module(model)}',
    f'{other.module(model)}',
    lineterm='',
  )
  text = '\n'.join(lines)
  alike = Text(f'{one.name} and {other.name} have one text')
  return Syntax(text, 'diff', theme=THEME) if text else alike


def files(
  model: str, ways: Sequence[Way], terminal: Console
) -> Iterator[object]:
  """What shows the files: columns, where there is room for them."""
  titles = [f'{way.module(model)}' for way in ways]
  texts = [way.source(model).splitlines() for way in ways]
  wanted = len(ways) * (COLUMN + 1) - 1
  if terminal.is_terminal and terminal.width >= wanted:
    yield columns(titles, texts, (terminal.width + 1) // len(ways) - 1)
    return
  for title, text in zip(titles, texts, strict=True):
    yield Text(f'── {title} ', 'bold')
    yield code(text)
  if terminal.is_terminal:
    here = f'here are {terminal.width}'
    yield Text(f'side by side from {wanted} columns on; {here}', 'dim')


def columns(
  titles: Sequence[str], texts: Sequence[list[str]], width: int
) -> Table:
  """The files beside each other; lines that all of them have are counted."""
  table = Table.grid(padding=(0, 1))
  for _ in titles:
    table.add_column(width=width)
  table.add_row(*(Text(title, 'bold') for title in titles))
  for alike, parts in folded(texts):
    table.add_row(*map(code, parts))
    if any(alike):
      words = 'line' if len(alike) == 1 else 'lines'
      table.add_row(Text(f'⋯ {len(alike)} {words} alike', 'dim'))
    elif alike:
      table.add_row('')
  return table


def folded(
  texts: Sequence[list[str]],
) -> Iterator[tuple[list[str], list[list[str]]]]:
  """Runs of lines that differ, each with the lines alike that follow it."""
  places = common(texts)
  ends = [*places, tuple(len(text) for text in texts)]
  starts = [0] * len(texts)
  alike: list[str] = []
  parts: list[list[str]] = [[] for _ in texts]
  for end in ends:
    between = [t[a:b] for t, a, b in zip(texts, starts, end, strict=True)]
    if any(between):
      if alike or any(parts):
        yield alike, parts
      alike, parts = [], between
    if end[0] < len(texts[0]):
      alike.append(texts[0][end[0]])
    starts = [place + 1 for place in end]
  yield alike, parts


def common(texts: Sequence[list[str]]) -> list[tuple[int, ...]]:
  """Where the lines that all texts have, in one order, stand in each."""
  places: list[tuple[int, ...]] = [(i,) for i in range(len(texts[0]))]
  for text in texts[1:]:
    have = [texts[0][place[0]] for place in places]
    matcher = difflib.SequenceMatcher(None, have, text, autojunk=False)
    places = [
      (*places[block.a + i], block.b + i)
      for block in matcher.get_matching_blocks()
      for i in range(block.size)
    ]
  return places


def code(lines: Sequence[str]) -> Syntax:
  """Lines of Python, in colour."""
  return Syntax('\n'.join(lines), 'python', theme=THEME, word_wrap=True)


def paged(terminal: Console) -> AbstractContextManager[object]:
  """Inside, what is printed goes to a pager, if a person is reading."""
  if not (terminal.is_terminal and terminal.file.isatty()):
    return nullcontext()
  os.environ.setdefault('LESS', '-FRX')  # what fits on the screen, stays there
  return terminal.pager(styles=True)
