"""Rows in which no hyperparameter stays at its default: made, not listed.

What a hyperparameter may be is read off its annotation in the factory, and off
the case where that says too little. The covering rows of a model have every
value of it, and every pair of two: a way that is deaf to a hyperparameter, or
takes one for another, is another program in one of them.
"""

import inspect
import itertools
from collections.abc import Container, Iterator, Mapping
from functools import cache
from random import Random
from typing import Any, Literal, NamedTuple, get_origin

from jax import numpy as jnp

from core_rnn.kinds import meaning
from core_rnn.types import Initializer
from equivalence_tests.suite.cases import Case, Setting
from equivalence_tests.suite.functions import function
from equivalence_tests.suite.handfuls import handful
from equivalence_tests.suite.ways import first_own

# No two of these draw alike, and none as a default does. The notebook's two
# draw the bits of `uniform`: a parameter that has one of them says nothing.
DRAWS = ('normal', 'wide', 'truncated', 'laplace')
NOTEBOOK = ('custom_w_init', 'another_custom_w_init')
INITIALIZERS = ('as in the first row', 'the notebook', 'each its own')
ATTEMPTS = 8  # to cover all with fewer rows
FEW = 5  # rows that are made for each that is taken
BATCH = 2  # examples in a covering row that is batched


class Precision(NamedTuple):
  """Dtypes that go together: of the arguments, computed in, and stored."""

  given: str
  computed: str | None
  stored: str


PLAIN = Precision('float32', None, 'float32')
# The last two: computed in fewer bits than stored, and in more. The two before
# have 64 bits where the computed or the stored has not: a default dtype shows.
PRECISIONS = (
  PLAIN,
  Precision('bfloat16', None, 'bfloat16'),
  Precision('float64', None, 'float64'),
  Precision('float32', 'float32', 'bfloat16'),
  Precision('float64', 'float32', 'float64'),
  Precision('float64', 'float64', 'float32'),
  Precision('float32', 'bfloat16', 'float32'),
  Precision('bfloat16', 'float32', 'bfloat16'),
)
MIXED = PRECISIONS[-2:]
DTYPES = ('dtype', 'param_dtype')
UNSTORED = PRECISIONS[:3]  # of what has no parameters
OMITTED = 'omitted'  # a level: the factory's own default

Level = tuple[int, int]  # a factor, and which of its levels it has
Target = tuple[Level, ...]  # one, two or three that some row has together


@cache
def parameters(model: str) -> Mapping[str, inspect.Parameter]:
  """What the model's factories take, as the first of our ways says it."""
  return inspect.signature(first_own(model)).parameters


def is_required(parameter: inspect.Parameter) -> bool:
  """Whether a hyperparameter has no default."""
  return parameter.default is inspect.Parameter.empty


def moves(parameter: inspect.Parameter, value: Any) -> bool:
  """Whether a hyperparameter has a default, and the value is another."""
  return not is_required(parameter) and function(value) != default(parameter)


def default(parameter: inspect.Parameter) -> Any:
  """The default of a hyperparameter; a dtype by its name."""
  value = parameter.default
  is_dtype = parameter.name.endswith('dtype') and value is not None
  return jnp.dtype(value).name if is_dtype else value


def is_mixed(model: str) -> bool:
  """Whether the model is told in which dtype to compute, and to store."""
  return {'dtype', 'param_dtype'} <= parameters(model).keys()


def choices(case: Case) -> dict[str, tuple[Any, ...]]:
  """The handful that each hyperparameter is drawn from, but for the dtypes.

  Raises:
    LookupError: neither annotation nor case says what one of them may be.
  """
  known: dict[str, tuple[Any, ...]] = {}
  turn = itertools.count()
  for name, parameter in parameters(case.model).items():
    annotation = parameter.annotation
    if name in case.choices:
      known[name] = case.choices[name]
    elif annotation is Initializer:
      known[name] = (*NOTEBOOK, DRAWS[next(turn) % len(DRAWS)])
    elif handful(annotation):
      known[name] = handful(annotation)
    elif name not in DTYPES:
      raise LookupError(f'{case.model}: {name}: the case has no choices for it')
  return known


def levels(case: Case) -> dict[str, tuple[Any, ...]]:
  """Factor -> its levels: first that of the first row, last the strongest.

  A factor is a hyperparameter that has a default, an optional argument, the
  batch axis, the precision, or all initializers at once: these are told apart
  by what each draws, and interact with none of the others alone.
  """
  found = {
    name: values
    for name, values in alternatives(case).items()
    if not is_initializer(case.model, name)
  }
  if len(found) < len(alternatives(case)):
    found['initializers'] = INITIALIZERS
  found.update((f'{name} given', (False, True)) for name in case.optional)
  if case.arguments:
    found['batch'] = (0, BATCH)
    mixed = (PLAIN, *PRECISIONS[4:])
    found['precision'] = mixed if is_mixed(case.model) else UNSTORED[:2]
  return found


def is_initializer(model: str, name: str) -> bool:
  """Whether a hyperparameter draws."""
  return parameters(model)[name].annotation is Initializer


def alternatives(case: Case) -> dict[str, tuple[Any, ...]]:
  """What each hyperparameter that has a default may be: first as in row one."""
  base, found = case.rows[0].hyperparameters, {}
  for name, several in choices(case).items():
    parameter = parameters(case.model)[name]
    if not is_required(parameter):
      first = base.get(name, OMITTED)
      known = parameter.default if first == OMITTED else function(first)
      others = (value for value in several if function(value) != known)
      found[name] = (first, *others)
  return found


def covering(case: Case) -> tuple[Setting, ...]:
  """Settings with every level of every factor, and every strong pair of two.

  And every three of those that are only on or off; and every level of one that
  names code, with each level of those. The first have mixed precision, and are
  the first row in all else.
  """
  found = levels(case)
  counts = tuple(len(several) for several in found.values())
  last = lambda name: 2 if name == 'precision' and is_mixed(case.model) else 1
  strong = tuple(
    (0, *range(count - last(name), count))
    for name, count in zip(found, counts, strict=True)
  )
  start = tuple(
    tuple(
      several.index(mixed) if name == 'precision' else 0
      for name, several in found.items()
    )
    for mixed in MIXED
    if is_mixed(case.model)
  )
  return tuple(
    setting(case, {n: found[n][i] for n, i in zip(found, row, strict=True)})
    for row in rows(counts, strong, start, names_of_code(case))
  )


def names_of_code(case: Case) -> tuple[int, ...]:
  """Return the places of the factors that name code, as a cell does."""
  known = parameters(case.model)
  return tuple(
    place
    for place, name in enumerate(levels(case))
    if name in known and get_origin(meaning(known[name].annotation)) is Literal
  )


@cache
def rows(
  counts: tuple[int, ...],
  strong: tuple[tuple[int, ...], ...],
  start: tuple[tuple[int, ...], ...],
  names: tuple[int, ...] = (),
) -> tuple[tuple[int, ...], ...]:
  """A level for each factor, for as few rows as some attempts find.

  Args:
    counts: how many levels each factor has; every one is in some row.
    strong: those of each factor that meet those of each other in some row, and
      those of each two, where the three have two levels each.
    start: rows to begin with.
    names: the factors all levels of which meet all levels of those with two.

  Source: Cohen et al. (1997), The AETG System.
  """
  random = Random(0)
  targets = together(counts, strong, names)
  found = (attempt(counts, targets, start, random) for _ in range(ATTEMPTS))
  return min(found, key=len)


def together(
  counts: tuple[int, ...],
  strong: tuple[tuple[int, ...], ...],
  names: tuple[int, ...],
) -> tuple[Target, ...]:
  """Return the levels that some row is to have together, as `rows` says."""
  factors = range(len(counts))
  flags = [factor for factor in factors if counts[factor] == 2]
  every = [tuple(range(count)) for count in counts]
  several = [
    *((some, strong) for some in itertools.combinations(factors, 2)),
    *((some, strong) for some in itertools.combinations(flags, 3)),
    *((tuple(sorted(pair)), every) for pair in itertools.product(names, flags)),
    *(((factor,), every) for factor in factors),
  ]
  return tuple(
    tuple(zip(some, levels, strict=True))
    for some, known in several
    if len({*some}) == len(some)
    for levels in itertools.product(*(known[factor] for factor in some))
  )


def attempt(
  counts: tuple[int, ...],
  targets: tuple[Target, ...],
  start: tuple[tuple[int, ...], ...],
  random: Random,
) -> tuple[tuple[int, ...], ...]:
  """Rows, each the best of a few of what is still open."""
  still_open: dict[Target, None] = dict.fromkeys(targets)
  found: list[tuple[int, ...]] = []
  while still_open:
    if len(found) < len(start):
      best = start[len(found)]
    else:
      due = list(still_open)
      few = (candidate(counts, due, still_open, random) for _ in range(FEW))
      best = max(few, key=lambda row: sum(t in still_open for t in met(row)))
    for target in met(best):
      still_open.pop(target, None)
    found.append(best)
  return tuple(found)


def met(row: tuple[int, ...]) -> Iterator[Target]:
  """The levels of a row, each two of them, and each three."""
  for count in (1, 2, 3):
    yield from itertools.combinations(enumerate(row), count)


def candidate(
  counts: tuple[int, ...],
  due: list[Target],
  still_open: Container[Target],
  random: Random,
) -> tuple[int, ...]:
  """A row that begins with what is due, and closes what it can."""
  row: dict[int, int] = dict(random.choice(due))

  def closes(level: Level) -> int:
    others = [*row.items()]
    some = (
      *itertools.combinations(others, 1),
      *itertools.combinations(others, 2),
    )
    targets = (tuple(sorted((level, *other))) for other in some)
    return sum(target in still_open for target in ((level,), *targets))

  for factor in random.sample(range(len(counts)), len(counts)):
    if factor not in row:
      several = random.sample(range(counts[factor]), counts[factor])
      closed = [closes((factor, level)) for level in several]
      row[factor] = several[closed.index(max(closed))]
  return tuple(row[factor] for factor in range(len(counts)))


def all_sizes(case: Case, sizes: Mapping[str, int]) -> dict[str, int]:
  """These sizes, and one of every axis that is in some layout only."""
  return {**{axis: few[-1] for axis, few in case.sizes.items()}, **sizes}


def drawing(case: Case, level: str) -> dict[str, Any]:
  """What the initializers are at a level of theirs."""
  values = {
    name: several
    for name, several in alternatives(case).items()
    if is_initializer(case.model, name)
  }
  if level == INITIALIZERS[0]:
    return {}
  if level == INITIALIZERS[1]:
    styles = itertools.cycle(NOTEBOOK)
    return {name: next(styles) for name in values}
  return {name: several[-1] for name, several in values.items()}


def setting(case: Case, chosen: Mapping[str, Any]) -> Setting:
  """The first row of a case with these levels in place of its own."""
  base = case.rows[0]
  given, computed, stored = chosen.get('precision', PLAIN)
  dtypes = {'dtype': computed, 'param_dtype': stored}
  moved = {
    name: level
    for name, level in chosen.items()
    if name in parameters(case.model) and level != OMITTED
  }
  return Setting(
    {
      **base.hyperparameters,
      **moved,
      **drawing(case, chosen.get('initializers', INITIALIZERS[0])),
      **(dtypes if is_mixed(case.model) else {}),
    },
    all_sizes(case, base.sizes),
    given,
    chosen.get('batch', 0),
    tuple(name for name in case.optional if chosen[f'{name} given']),
  )


def in_float64(case: Case, setting: Setting) -> Setting:
  """Return the setting in float64: arguments, computation and parameters."""
  known = [name for name in DTYPES if name in parameters(case.model)]
  wide = dict.fromkeys(known, 'float64')
  given = {**setting.hyperparameters, **wide}
  return setting._replace(hyperparameters=given, dtype='float64')
