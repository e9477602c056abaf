"""What the notes show of a model, found out when they are built."""

from equivalence_tests.suite.cases import Case, Example
from equivalence_tests.suite.claims import CLAIMS, described
from equivalence_tests.suite.judge import check_one, setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.ways import OWN, find

TRIED = ('variables', 'init', 'program')


def trees(model: str) -> str:
  """HTML: under each way the tree of its variables and its programs' sizes."""
  case = CASES[model]
  columns = ''.join(column(case, way) for way in OWN)
  return f'<div class="columns">{columns}</div>'


def column(case: Case, way: str) -> str:
  """HTML: the tree and the sizes of one way, in the first row of a model."""
  setting = case.rows[0]
  with setting_width(setting):
    one = subject(find(way), case, setting)
    tree = '\n'.join(f'{p} {d}' for p, d in described(one.variables).items())
    sizes = ', '.join(
      f'{name} {len(one.text(name).splitlines())}' for name in ('init', 'apply')
    )
  return (
    f'<div class="column"><p><code>{find(way).module(case.model)}</code></p>'
    f'<pre>{tree}\nlines of StableHLO: {sizes}</pre></div>'
  )


def claim(*models: str) -> None:
  """Prints what came of trying these claims on the first row of each model.

  Raises:
    Disagreement: one does not hold.
  """
  ways = [find(name) for name in OWN]
  for model in models:
    case = CASES[model]
    example = Example(case.rows[0])
    figures = [
      f'{name} {check_one(name, ways, case, example):g} {CLAIMS[name].unit}'
      for name in TRIED
    ]
    print(f'{model}: {", ".join(figures)}')
