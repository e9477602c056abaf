"""The table of a Markdown file, its rows set anew."""

from collections.abc import Sequence
from pathlib import Path

from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import Misuse, read_text
from equivalence_tests.terminal.report import Report

BEGIN, END = '<!-- verdicts -->\n', '\n<!-- end of verdicts -->'


def rows(report: Report) -> dict[str, str]:
  """Model -> its row, of those that have been judged."""
  return {
    model: line(f'`{model}`', *map(report.shown, report.of(model)))
    for model in report.whole
  }


def merged(path: Path, claims: Sequence[str], rows: dict[str, str]) -> str:
  """The text of a file with these rows in its table.

  Raises:
    Misuse: it cannot be read, or has no such table.
  """
  text = read_text(path)
  try:
    return with_rows(text, claims, rows)
  except Misuse as misuse:
    raise Misuse(f'--markdown {path}: {misuse}') from None


def line(*cells: str) -> str:
  """A row of a table, as Markdown has it."""
  return f'| {" | ".join(cells)} |'


def heads(claims: Sequence[str]) -> list[str]:
  """The lines above the rows, as Markdown has them."""
  return [
    line('model', *claims),
    line('---', *('--:' for _ in claims)),
    line('', *(CLAIMS[claim].unit for claim in claims)),
  ]


def with_rows(text: str, claims: Sequence[str], rows: dict[str, str]) -> str:
  """The text with these rows in its table; those of other models stay.

  Raises:
    Misuse: it has no marks, or a table with columns that are not the claims.
  """
  before, begin, rest = text.partition(BEGIN)
  table, end, after = rest.partition(END)
  if not (begin and end):
    raise Misuse(f'expected {BEGIN.strip()}, got none')
  lines = table.splitlines()
  kept = {old.split('`')[1]: old for old in lines if old.startswith('| `')}
  if kept and lines[: len(heads(claims))] != heads(claims):
    wanted = f'a table of {", ".join(claims)}'
    raise Misuse(f'expected {wanted}, got one of other claims: {lines[0]}')
  merged = kept | rows
  order = sorted(merged, key=[*CASES, *merged].index)
  shown = '\n'.join([*heads(claims), *(merged[model] for model in order)])
  return f'{before}{BEGIN}{shown}{END}{after}'
