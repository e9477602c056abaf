"""The ways that have a model, and one example to try a claim on."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import jax
import numpy as np

from equivalence_tests.suite.cases import Case, Example, arrays
from equivalence_tests.suite.compare import agree, leaves
from equivalence_tests.suite.programs import Subject, normal, subject
from equivalence_tests.suite.ways import Way


class Trial:
  """What a claim is tried on.

  The first row is tried in more ways than the others: eagerly too, and on what
  `init` returns. `test_rows.py` does so for every row, and takes its time.

  Attributes:
    thorough: whether it is tried in more ways than the others.
    ulp: how far the ways may be apart.
    failed: the claims that are known to fail.
  """

  def __init__(
    self,
    ways: tuple[Way, ...],
    case: Case,
    example: Example,
    thorough: bool = False,
    ulp: int = 0,
    failed: frozenset[str] = frozenset(),
  ):
    """The first way is the one that the others are held against."""
    self.ways, self.case, self.example = ways, case, example
    self.ulp, self.failed = ulp, failed
    first_row = example.setting == case.rows[0] and not example.values
    self.thorough = thorough or first_row
    self.subjects = tuple(subject(w, case, example.setting) for w in ways)
    self.first, *self.others = self.subjects

  @property
  def only_covers(self) -> bool:
    """Whether it is there for its hyperparameters: no row, no values of it."""
    setting = self.example.setting
    return setting not in self.case.rows and not (
      self.thorough or self.example.values or self.example.characters
    )

  @cached_property
  def rngs(self) -> dict[str, Any]:
    """A key for each stream that `init` is given."""
    return keys(self.example.key, 'params', *self.case.streams)

  @cached_property
  def ins(self) -> tuple[Any, ...]:
    """What `apply` is given: variables, a key a stream, the arguments."""
    rngs = keys(self.example.key + 1, *self.case.streams)
    return (self.variables, rngs, *self.xs)

  @cached_property
  def xs(self) -> tuple[Any, ...]:
    """The arguments of the example."""
    return arrays(self.case, self.example)

  @cached_property
  def one(self) -> tuple[Any, ...]:
    """The required arguments of one example, the first of a batch."""
    required = self.xs[: len(self.case.arguments)]
    if not self.example.setting.batch:
      return required
    return jax.tree.map(lambda x: x[0], required)

  @cached_property
  def variables(self) -> Any:
    """What the first way's `init` makes of the keys; or draws of that shape."""
    if self.thorough:
      return self.first.run('init', self.rngs)
    return variables_like(self.first.variables, self.example.key)

  def one_program(self, *programs: str) -> bool:
    """Whether these are the same in every way: then they agree on anything."""
    return all(
      one.same_program(self.first, program)
      for program in programs
      for one in self.others
    )

  def one_function(self) -> bool:
    """Whether apply is one program, with one set of rules for derivatives."""
    return all(one.same_function(self.first) for one in self.others)

  def where(self, claim: str, one: Subject, what: str) -> str:
    """What a message begins with."""
    return f'{claim}: {one.way.name} {self.case.model}: {what}'

  def agree(self, claim: str, what: str, run: Callable[[Subject], Any]) -> int:
    """The greatest distance of what each way's run returns from the first's."""
    expected = run(self.first)
    return max(
      (
        agree(self.where(claim, one, what), expected, run(one), self.ulp)
        for one in self.others
      ),
      default=0,
    )

  def agree_compiled(self, claim: str, program: str, *ins: Any) -> int:
    """Likewise, of each way's compiled program; one program is not run twice.

    Where the ways lower to one text there is one executable, and to hold what
    it returns against itself would show nothing.
    """
    if self.one_program(program):
      return 0
    run = lambda one: one.run(program, *ins)
    return self.agree(claim, f'{program} under jit', run)


def variables_like(shapes: Any, seed: int) -> Any:
  """Parameters drawn for shapes and dtypes, and states that may stand there."""
  return {
    collection: normal(tree, seed)
    if collection == 'params'
    else jax.tree.map(positive, normal(tree, seed))
    for collection, tree in shapes.items()
  }


def positive(leaf: np.ndarray) -> np.ndarray:
  """What may stand in a state: a variance, a count."""
  return np.abs(leaf) + np.ones_like(leaf)


def keys(seed: int, *streams: str) -> dict[str, Any]:
  """A key for each stream, no two alike."""
  key = jax.random.key(seed % 2**32)
  return {
    name: jax.random.fold_in(key, number) if number else key
    for number, name in enumerate(streams)
  }


def call(program: str, *arguments: Any) -> Callable[[Subject], Any]:
  """Subject -> what its function returns for them eagerly."""
  return lambda one: getattr(one, program)(*arguments)


def derivative_ins(trial: Trial, product: str) -> tuple[Any, ...]:
  """What vjp and jvp are given: that of apply, and vectors."""
  variables, rngs, *xs = trial.ins
  *_, vectors = trial.first.shapes(product)
  return (variables, rngs, tuple(xs), normal(vectors, trial.example.key))


def described(variables: Any) -> dict[str, str]:
  """Path -> dtype[shape] of every leaf."""
  return {
    path: f'{leaf.dtype}{list(leaf.shape)}'
    for path, leaf in leaves(variables).items()
  }
