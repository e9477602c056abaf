"""`equivalence show`: what a network is, and the files of a model or a part."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import Misuse, Way, find
from equivalence_tests.terminal import finding
from equivalence_tests.terminal.options import (
  all_ways,
  bring_named,
  console,
  known,
)


def show(
  name: str,
  *,
  deep: Annotated[bool, Parameter(negative='')] = False,
  way: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  cases: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  diff: tuple[str, str] | None = None,
) -> int:
  """Show what a network is, and then its files, with differences highlighted.

  The files are side by side from 220 columns on, and one after the other in a
  narrower terminal.

  Parameters
  ----------
  name
    A model; or a part, such as over_time, layer_scan or padding.
  deep
    Continue with the parts that the files use, each once.
  way
    A package to show beside the three; may be given more than once.
  cases
    A package, or a single file, that brings models of its own; may be given
    more than once.
  diff
    Two ways; show how the file of the second differs from that of the first.
  """
  bring_named(cases)
  known('model or part', name, finding.names())
  if diff and way:
    raise Misuse(f'--diff: expected no --way beside it, got {", ".join(way)}')
  if diff and deep:
    raise Misuse('--diff: expected no --deep beside it')
  if diff:
    show_difference(name, *map(find, diff))
  else:
    show_files(name, all_ways(way), deep)
  return 0


def show_files(name: str, ways: Sequence[Way], deep: bool) -> None:
  """Print a model or a part, and if deep, the parts that it uses."""
  from equivalence_tests.terminal import columns
  from equivalence_tests.terminal.describing import description

  groups = finding.files_of(name, ways)
  if deep:
    groups += finding.used([file for group in groups for file in group], ways)
  is_model, terminal = name in naming.models(), console()
  items = [*columns.described(description(name))] if is_model else []
  for group in groups:
    items += columns.shown(group, terminal)
  items += columns.remarks(groups, terminal)
  with columns.paged(terminal):
    for item in items:
      columns.write(item, terminal)


def show_difference(name: str, one: Way, other: Way) -> None:
  """Print how the file of one way differs from the file of another."""
  from equivalence_tests.terminal import columns

  files = [finding.file_in(way, name) for way in (one, other)]
  terminal = console()
  with columns.paged(terminal):
    for line in columns.difference(*files):
      columns.write(line, terminal)
