"""`equivalence show`: a model's files, side by side or as a difference."""

from typing import Annotated

from cyclopts import Parameter

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import Misuse, find
from equivalence_tests.terminal.options import (
  all_ways,
  bring_named,
  console,
  known,
)


def show(
  model: str,
  *,
  way: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  cases: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  diff: tuple[str, str] | None = None,
) -> int:
  """Show a model's files side by side, or one below the other if too narrow.

  Parameters
  ----------
  model
    The model to show.
  way
    A package to show beside the three; may be given more than once.
  cases
    A package, or a single file, that brings models of its own; may be given
    more than once.
  diff
    Two ways; show how the file of the second differs from that of the first.
  """
  bring_named(cases)
  known('model', model, naming.models())
  if diff and way:
    raise Misuse(f'--diff: expected no --way beside it, got {", ".join(way)}')
  ways = [find(name) for name in diff] if diff else all_ways(way)

  from equivalence_tests.terminal.columns import difference, files, paged

  terminal = console()
  with paged(terminal):
    if diff:
      terminal.print(difference(model, *ways))
    else:
      alone = len({way.module(model) for way in ways}) == 1  # all in one file
      for file in files(model, ways[:1] if alone else ways, terminal):
        terminal.print(file)
  return 0
