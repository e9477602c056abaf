"""A report as one page of HTML, with nothing beside it."""

from collections.abc import Iterable
from html import escape

from equivalence_tests.comparing import Comparison
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import Verdict
from equivalence_tests.terminal.report import Report, versions

FAILS = ' class="fails"'
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
th, td { padding: .2rem .6rem; border: 1px solid; text-align: right; }
th:first-child { text-align: left; }
.fails { font-weight: bold; background: #a00; color: #fff; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid; }
"""


def page(report: Report) -> str:
  """The page: verdict, table, remarks, failures to paste, versions."""
  found = {(v.model, v.claim): v for v in report.done}
  rows = (
    row(report, model, [found.get((model, c)) for c in report.claims])
    for model in report.models
  )
  body = (
    f'<h1>equivalence</h1><p>{escape(report.closing())}</p>',
    f'<table><thead>{heads(report)}</thead><tbody>{"".join(rows)}</tbody>',
    '</table>',
    *(f'<p>{escape(remark)}</p>' for remark in report.remarks()),
    *(failure(report, verdict) for verdict in report.failures),
    *of_versions(),
  )
  return whole('equivalence: what the ways agree in', body)


def of_comparison(report: Comparison) -> str:
  """The page of a comparison: what was tried, each finding, versions."""
  holds = {True: 'the same', False: 'differs', None: 'not compared'}
  rows = (
    f'<tr><th scope="row">{escape(f.model)}</th><td>{f.claim}</td>'
    f'<td{FAILS if f.holds is False else ""}>{holds[f.holds]}</td>'
    f'<td><pre>{escape(f.words)}</pre></td></tr>'
    for f in report.findings
  )
  head = ('model', 'claim', 'is', 'on what, or where it differs')
  heads = ''.join(f'<th scope="col">{name}</th>' for name in head)
  body = (
    f'<h1>against {escape(report.first)}</h1><p>{escape(report.tried)}</p>',
    f'<table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody>',
    '</table>',
    *of_versions(),
  )
  return whole(f'equivalence: compared with {report.first}', body)


def of_versions() -> list[str]:
  """The versions, as a list."""
  items = (f'<li>{escape(f"{n} {v}")}</li>' for n, v in versions().items())
  return ['<h2>Versions</h2><ul>', *items, '</ul>']


def whole(title: str, body: Iterable[str]) -> str:
  """A page with nothing beside it."""
  title = escape(title)
  head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
  lines = '\n'.join(body)
  return (
    f'<!doctype html>\n<html lang="en"><head>{head}</head>\n'
    f'<body>\n{lines}\n</body></html>\n'
  )


def heads(report: Report) -> str:
  """The head of the table: claims, each with its sentence, and their units."""
  claims = (
    f'<th scope="col" title="{escape(CLAIMS[c].sentence)}">{c}'
    f'<br><small>{escape(CLAIMS[c].unit)}</small></th>'
    for c in report.claims
  )
  return f'<tr><th scope="col">model</th>{"".join(claims)}</tr>'


def row(report: Report, model: str, verdicts: list[Verdict | None]) -> str:
  """What came of each claim on a model."""
  cells = ''.join(cell(report, verdict) for verdict in verdicts)
  return f'<tr><th scope="row">{model}</th>{cells}</tr>'


def cell(report: Report, verdict: Verdict | None) -> str:
  """What is shown of a verdict, if there is one."""
  if verdict is None:
    return '<td></td>'
  style = FAILS if verdict.fails else ''
  return f'<td{style}>{escape(report.shown(verdict))}</td>'


def failure(report: Report, verdict: Verdict) -> str:
  """What speaks against a claim, and Python that shows it again."""
  pasted = escape(f'{report.pasted(verdict)}')
  return (
    f'<h2>{verdict.model}: {verdict.claim} fails</h2>'
    f'<pre>{escape(verdict.message)}</pre><pre>{pasted}</pre>'
  )
