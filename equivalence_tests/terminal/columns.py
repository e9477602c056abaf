"""Files in a terminal: side by side, or one after the other."""

import difflib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from pygments.token import Comment, Keyword, Token
from rich.console import Console
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.text import Text

from equivalence_tests.terminal.aligning import aligned
from equivalence_tests.terminal.describing import Description, Hyperparameter
from equivalence_tests.terminal.finding import File

WIDE = 220  # columns: three files of 72, and the bars between them
BAR = '│ '
# Only differences have a colour. Magenta is legible on black and on white.
DIFFERENT = Style(color='magenta')
NO_COLOUR = Style(reverse=True)
DIFF = {'+': Style(color='green'), '-': Style(color='red')}
THEME = ANSISyntaxTheme(
  {
    Token: Style(),
    Comment: Style(italic=True),
    Keyword: Style(bold=True),
  }
)


def described(network: Description) -> Iterator[Text | Table]:
  """Yield the docstring of a network, and a table of its hyperparameters."""
  yield title(network.module)
  yield Text(f'{network.words}\n')
  table = Table.grid(*Hyperparameter._fields, padding=(0, 2))
  table.add_row('hyperparameter', 'kind', 'default', 'meaning', style='bold')
  for row in network.hyperparameters:
    table.add_row(*map(Text, row))
  yield table
  yield Text()


def title(module: str) -> Text:
  """Return the line above the file of a module."""
  return Text(f'── {module}', 'bold')


def shown(files: Sequence[File], terminal: Console) -> Iterator[Text]:
  """Yield the lines of files, with their differences highlighted.

  The files are side by side if the terminal has enough columns.
  """
  texts = [highlighted(file) for file in files]
  for lines, numbers in zip(texts, different(files), strict=True):
    for number in numbers:
      line = lines[number]
      margin = len(line) - len(line.plain.lstrip())
      line.stylize(style_of_differences(terminal), margin)
  if terminal.is_terminal and terminal.width >= width_of(files):
    yield from columns(files, texts)
    return
  for file, lines in zip(files, texts, strict=True):
    yield from (title(file.module), *lines, Text())


def style_of_differences(terminal: Console) -> Style:
  """Return the style of lines that are not in every file."""
  return NO_COLOUR if terminal.no_color else DIFFERENT


def highlighted(file: File) -> list[Text]:
  """Return the lines of a file, with keywords bold and comments italic."""
  text = Syntax('', 'python', theme=THEME).highlight(file.text)
  lines = [*text.split('\n', allow_blank=True)]
  return lines[: file.text.count('\n') + 1]


def different(files: Sequence[File]) -> list[list[int]]:
  """Return, for each file, the numbers of the lines that not every file has.

  Indentation does not count, and blank lines do not differ.
  """
  texts = [[line.strip() for line in f.text.split('\n')] for f in files]
  common = set(texts[0]).intersection(*texts)
  return [
    [number for number, line in enumerate(text) if line and line not in common]
    for text in texts
  ]


def width_of(files: Sequence[File]) -> int:
  """Return the number of columns that files side by side need."""
  return max(WIDE, sum(widths(files)) + len(BAR) * (len(files) - 1))


def widths(files: Sequence[File]) -> list[int]:
  """Return the length of the longest line of each file, or of its title."""
  return [
    max(Text(line).cell_len for line in (file.module, *file.text.split('\n')))
    for file in files
  ]


def columns(
  files: Sequence[File], texts: Sequence[Sequence[Text]]
) -> Iterator[Text]:
  """Yield the lines of files side by side, below their titles."""
  lengths = widths(files)
  titles = [Text(file.module, 'bold') for file in files]
  rows = aligned([file.text for file in files])
  lines = [
    [Text() if number is None else text[number] for text, number in zipped]
    for zipped in (zip(texts, row, strict=True) for row in rows)
  ]
  for row in (titles, *lines, [Text() for _ in files]):
    for line, length in zip(row[:-1], lengths, strict=False):
      line.pad_right(length - line.cell_len)
    yield Text(BAR).join(row)


def remarks(
  groups: Sequence[Sequence[File]], terminal: Console
) -> Iterator[Text]:
  """Yield the remarks below groups of files, for a person at a terminal."""
  needed = [width_of(files) for files in groups if len(files) > 1]
  if not (needed and terminal.is_terminal):
    return
  style = style_of_differences(terminal)
  yield Text('highlighted: lines that are not in every file', style)
  if terminal.width < max(needed):
    here = f'here are {terminal.width}'
    yield Text(f'side by side from {max(needed)} columns on; {here}', 'dim')


def difference(one: File, other: File) -> Iterator[Text]:
  """Yield the unified difference of two files, which has all of their lines."""
  if one.text == other.text:
    yield Text(f'{one.module} and {other.module} have one text')
  texts = one.text.split('\n'), other.text.split('\n')
  lines = difflib.unified_diff(
    *texts, one.module, other.module, n=max(map(len, texts)), lineterm=''
  )
  for count, line in enumerate(lines):
    yield Text(line, 'bold' if count < 3 else DIFF.get(line[0], ''))


def write(item: Text | Table, terminal: Console) -> None:
  """Print a line, which is never cut or wrapped here, or a table."""
  terminal.print(item, soft_wrap=isinstance(item, Text))


def paged(terminal: Console) -> AbstractContextManager[object]:
  """Return a context that sends output to a pager, if a person reads it."""
  if not (terminal.is_terminal and terminal.file.isatty()):
    return nullcontext()
  os.environ.setdefault('LESS', '-FRX')  # what fits on the screen, stays there
  return terminal.pager(styles=True)
