"""Judge the ways, show them, count what they take, and begin new ones."""

from importlib import metadata

from cyclopts import App

from equivalence_tests.terminal.counting import table
from equivalence_tests.terminal.judging import judge
from equivalence_tests.terminal.making import new
from equivalence_tests.terminal.showing import show

app = App(
  name='equivalence',
  help=__doc__,
  version=metadata.version('lifted-rnn'),
  version_format='plaintext',
)
app.default(judge)
app.command(new)
app.command(show)
app.command(table)
