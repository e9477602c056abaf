"""`equivalence table`: what a model holds, and what it takes to apply."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import Misuse
from equivalence_tests.terminal.options import (
  all_ways,
  bring_named,
  console,
  known,
  least,
)

if TYPE_CHECKING:  # it imports JAX, which takes a second
  from equivalence_tests.suite.cases import Case, Setting

USUAL = {'inputs': 10, 'features': 10, 'time': 20}  # sizes, where none is given
OPTION = {'time': 'steps'}  # the option that gives a size, where not its name


def table(
  model: str,
  *,
  inputs: int | None = None,
  features: int | None = None,
  steps: int | None = None,
  way: Annotated[tuple[str, ...], Parameter(negative='')] = (),
  cases: Annotated[tuple[str, ...], Parameter(negative='')] = (),
) -> int:
  """Tabulate a model's parameters, and the operations of applying it once.

  Parameters
  ----------
  model
    The model.
  inputs
    Entries of one input; 10, where the model has inputs.
  features
    Entries of one output; 10, where the model has such a number.
  steps
    Length of the sequence; 20, where the model takes one.
  way
    A package to tabulate beside the three; may be given more than once.
  cases
    A package, or a single file, that brings models of its own; may be given
    more than once.
  """
  bring_named(cases)
  known('model', model, naming.models())
  given = {'inputs': inputs, 'features': features, 'time': steps}
  for axis, size in given.items():
    if size is not None:
      least(OPTION.get(axis, axis), size, int(axis == 'features'))
  ways = all_ways(way)

  from equivalence_tests.suite.models import CASES
  from equivalence_tests.terminal.table import rendered, tabulate

  setting = sized(CASES[model], given)
  tables = {one.name: tabulate(one, CASES[model], setting) for one in ways}
  first = tables[ways[0].name]
  same = [name for name, other in tables.items() if other == first]
  different = [name for name in tables if name not in same]
  sizes = ', '.join(f'{n} {size}' for n, size in sizes_of(setting).items())
  terminal = console()
  title = f'{model}: {", ".join(same)}; of {sizes}'
  terminal.print(rendered(title, first))
  for name in different:
    terminal.print(rendered(f'{model}: {name} differs', tables[name]))
  return 1 if different else 0


def sized(case: 'Case', given: dict[str, int | None]) -> 'Setting':
  """The first row of a model, of the sizes given, or else of usual ones.

  Raises:
    Misuse: the model has not one of those given.
  """
  setting = case.rows[0]
  has = sizes_of(setting)
  for axis, size in given.items():
    if size is not None and axis not in has:
      expected = ' or '.join(f'--{OPTION.get(n, n)}' for n in given if n in has)
      option = OPTION.get(axis, axis)
      raise Misuse(
        f'--{option}: expected {expected or "no size"}, which {case.model} has,'
        f' got {size}'
      )
  sizes = USUAL | {n: size for n, size in given.items() if size is not None}
  chosen = {
    name: sizes.get(name, value) if name in has else value
    for name, value in setting.hyperparameters.items()
  }
  axes = {axis: sizes.get(axis, size) for axis, size in setting.sizes.items()}
  return setting._replace(hyperparameters=chosen, sizes=axes)


def sizes_of(setting: 'Setting') -> dict[str, int]:
  """Axes and hyperparameters that are one number, each with its size."""
  found = {**setting.sizes, **setting.hyperparameters}
  return {n: size for n, size in found.items() if type(size) is int}
