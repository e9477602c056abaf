"""The parameter table of a model: what it holds, and what it takes to apply."""

from contextlib import suppress
from typing import NamedTuple

import jax
from rich.table import Table

from equivalence_tests.suite.cases import Case, Setting
from equivalence_tests.suite.operations import Varying, count
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.ways import Misuse, Way


class Parameter(NamedTuple):
  """One leaf of the variables: its path, shape [...], dtype and size."""

  path: str
  shape: tuple[int, ...]
  dtype: str
  entries: int
  bytes: int


class Tabulated(NamedTuple):
  """The leaves of the variables, and the operations of one `apply`.

  Attributes:
    parameters: the leaves.
    operations: how many; None where that depends on the arguments.
  """

  parameters: tuple[Parameter, ...]
  operations: int | None


def tabulate(way: Way, case: Case, setting: Setting) -> Tabulated:
  """The table of a way's model, from shapes alone: nothing is run.

  Raises:
    Misuse: the way lacks the model.
  """
  if way.factory(case.model) is None:
    raise Misuse(f'way {way.name}: no model {case.model!r}')
  one = subject(way, case, setting)
  parameters = (
    Parameter(
      jax.tree_util.keystr(path, simple=True, separator='/'),
      leaf.shape,
      str(leaf.dtype),
      leaf.size,
      leaf.size * leaf.dtype.itemsize,
    )
    for path, leaf in jax.tree_util.tree_leaves_with_path(one.variables)
  )
  operations: int | None = None
  with suppress(Varying):
    operations = count(one.apply, *one.shapes('apply'))
  return Tabulated(tuple(parameters), operations)


def rendered(title: str, tabulated: Tabulated) -> Table:
  """The table with its totals, for the terminal."""
  table = Table(title=title, show_footer=True, title_justify='left')
  parameters, operations = tabulated
  total = sum(p.entries for p in parameters)
  size = sum(p.bytes for p in parameters)
  table.add_column('path', 'total')
  table.add_column('shape')
  table.add_column('dtype')
  table.add_column('count', f'{total:,}', justify='right')
  table.add_column('bytes', f'{size:,}', justify='right')
  for p in parameters:
    dims = ', '.join(map(str, p.shape))
    table.add_row(
      p.path, f'[{dims}]', p.dtype, f'{p.entries:,}', f'{p.bytes:,}'
    )
  many = 'as many as its input asks for'
  number = many if operations is None else f'{operations:,}'
  table.caption = f'floating-point operations to apply once: {number}'
  table.caption_justify = 'left'
  return table
