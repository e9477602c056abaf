"""The verdicts as a table of the terminal: as wide as there is room for."""

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import Verdict
from equivalence_tests.terminal.report import Report, number

ROOMY = 150  # columns that one row per model takes, with units
NARROW = 120  # those that it takes without


def grid(report: Report, width: int) -> Table:
  """One row per model, a figure in each cell; or, if narrow, one per claim."""
  return by_model(report, width) if width >= NARROW else by_claim(report)


def by_model(report: Report, width: int) -> Table:
  """One row per model, one column per claim.

  Where width columns are too few, the units go and the headers fold.
  """
  roomy = width >= ROOMY
  table = Table() if roomy else Table(box=SIMPLE, padding=0, pad_edge=False)
  table.add_column('model')
  for claim in report.claims:
    head = f'{claim}\n{CLAIMS[claim].unit}' if roomy else claim
    table.add_column(head, justify='right', overflow='fold')
  found = {(v.model, v.claim): v for v in report.done}
  for model in report.models:
    cells = (cell(report, found.get((model, c))) for c in report.claims)
    table.add_row(model, *cells)
  return table


def cell(report: Report, verdict: Verdict | None) -> Text:
  """What is shown of a verdict; or that it is due."""
  if verdict is None:
    return Text('...', 'dim')
  style = 'green' if verdict.holds else 'bold red'
  words = report.shown(verdict)
  return Text(words, 'dim' if words.startswith('not') else style)


def by_claim(report: Report) -> Table:
  """One row per claim: of how many models it holds, and the greatest figure."""
  table = Table(box=SIMPLE, pad_edge=False)
  for head in ('claim', 'holds of', 'greatest', 'unit', 'fails of'):
    right = head in ('holds of', 'greatest')
    table.add_column(head, justify='right' if right else 'left')
  for claim in report.claims:
    verdicts = [v for v in report.done if v.claim == claim]
    holding = [v for v in verdicts if v.holds]
    claimed = [v for v in holding if not report.shown(v).startswith('not')]
    figures = [v.figure for v in claimed if v.figure is not None]
    table.add_row(
      claim,
      Text(f'{len(claimed)} of {len(report.models)}', 'green'),
      number(max(figures)) if figures else '',
      CLAIMS[claim].unit,
      Text(', '.join(v.model for v in verdicts if v.fails), 'bold red'),
    )
  return table
