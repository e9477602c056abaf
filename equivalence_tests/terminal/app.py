"""Judge the ways, show and count them, begin new ones, compare any models."""

from importlib import metadata

from cyclopts import App

from equivalence_tests.terminal.comparing import compare
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
app.command(compare)
app.command(new)
app.command(show)
app.command(table)
