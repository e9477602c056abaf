"""Is it the same model? Variables, values, derivatives, and the program."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
from hypothesis import given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from jax import numpy as jnp

from equivalence_tests.comparing.anyones import taken
from equivalence_tests.comparing.distance import within
from equivalence_tests.comparing.paths import check_names, proposed
from equivalence_tests.comparing.sides import PROGRAMS, Names, Side
from equivalence_tests.suite.compare import (
  Disagreement,
  floating,
  leaves,
  show,
)
from equivalence_tests.suite.differences import of_programs, of_trees
from equivalence_tests.suite.programs import normal
from equivalence_tests.suite.trial import described, keys, variables_like

VALUED = ('outputs', 'gradients', 'state')
CLAIMS = ('variables', 'init', *VALUED, *(f'program.{p}' for p in PROGRAMS))


class Finding(NamedTuple):
  """What came of one claim on one model, held against the first.

  Attributes:
    model: its name.
    claim: what was compared.
    holds: whether it is the same; None where it was not compared.
    words: how far, on what, or why not.
  """

  model: str
  claim: str
  holds: bool | None
  words: str

  def __str__(self) -> str:
    verdict = {True: 'the same', False: 'DIFFERS', None: 'not compared'}
    head = f'{self.model}: {self.claim}: {verdict[self.holds]}'
    return f'{head}: {self.words}' if self.words else head


class Comparison(NamedTuple):
  """What was compared, on what, and what came of it.

  Attributes:
    first: the model that the others are held against.
    tried: on what.
    findings: one for each other model and claim.
  """

  first: str
  tried: str
  findings: tuple[Finding, ...]

  def __str__(self) -> str:
    head = f'against {self.first}, on {self.tried}'
    return '\n'.join([head, *map(str, self.findings)])

  def show(self) -> None:
    """Prints it."""
    print(self)

  def as_json(self) -> dict[str, Any]:
    """The same as JSON has it: a finding that was not compared is null."""
    findings = [finding._asdict() for finding in self.findings]
    return {**self._asdict(), 'holds': self.holds(), 'findings': findings}

  def holds(self, *claims: str) -> bool:
    """Whether these claims hold of all models; all that were compared."""
    return not self.failed(claims)

  def failed(self, claims: Sequence[str]) -> list[Finding]:
    """What speaks against these claims, or against any.

    Raises:
      ValueError: there is no such claim.
    """
    unknown = [claim for claim in claims if claim not in CLAIMS]
    if unknown:
      raise ValueError(f'assert_holds: expected of {CLAIMS}, got {unknown}')
    return [
      finding
      for finding in self.findings
      if (finding.claim in claims and not finding.holds)
      or (not claims and finding.holds is False)
    ]

  def assert_holds(self, *claims: str) -> None:
    """Nothing, where these claims hold of all models: all that were compared.

    Raises:
      AssertionError: one does not, or was not compared though it is named.
      ValueError: there is no such claim.
    """
    failed = [str(finding) for finding in self.failed(claims)]
    if failed:
      raise AssertionError('\n'.join(failed))


def compare_models(
  models: Mapping[str, Any],
  *inputs: Any,
  rename: Mapping[str, Names] | None = None,
  call: Mapping[str, Any] | None = None,
  streams: Sequence[str] = (),
  examples: int = 5,
  seed: int = 0,
  ulp: float = 0,
) -> Comparison:
  """Holds each model against the first: variables, values, and programs.

  Args:
    models: name -> a linen or nnx module, a Model, what `hk.transform` makes, a
      pair (init, apply), or a function of the inputs; two or more.
    *inputs: what they are called with, trees of arrays, or of shapes with a
      dtype. Floats are drawn, in these shapes; integers are kept as they are.
    rename: name of a model -> its paths of variables, as `params/cell`, each
      with that of the first model, and a `*` in both for what differs from one
      to the next, as in `params/layers_*/cell`; or a function of the first's
      variables to its own, where these are other arrays.
    call: fixed arguments of every call, by name.
    streams: the random streams that they draw from, beside `params`.
    examples: how many draws of variables and inputs are tried.
    seed: what they are drawn from.
    ulp: how far apart values may be, in units in the last place of a leaf's
      largest entry; 0 is bit for bit.

  Raises:
    TypeError, ValueError: of what is given, something cannot be compared; the
      message says of which model what was expected, and what came.
  """
  names = rename or {}
  check(models, names)
  xs = jax.tree.map(as_array, inputs)
  rngs = jax.eval_shape(lambda: keys(0, 'params', *streams))
  shapes = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), xs)
  first, *rest = (taken(n, model, call or {}) for n, model in models.items())
  side = Side(first, shapes, rngs, names.get(first.name, {}))
  others = [
    Side(one, shapes, rngs, names.get(one.name, {}), side) for one in rest
  ]
  trial = Trial(side, xs, tuple(streams), examples, seed, ulp)
  findings = [finding for one in others for finding in trial.findings(one)]
  return Comparison(first.name, trial.words, tuple(findings))


def check(models: Mapping[str, Any], names: Mapping[str, Names]) -> None:
  """There are two models or more, and names of these, that can be names.

  Raises:
    ValueError: there are not, or a name is no name.
  """
  if len(models) < 2:
    raise ValueError(f'compare_models: expected 2 models, got {[*models]}')
  unknown = [name for name in names if name not in models]
  if unknown:
    one_of = f'expected names of {[*models]}'
    raise ValueError(f'compare_models: rename: {one_of}, got {unknown}')
  for name, of in names.items():
    if not callable(of):
      check_names(f'compare_models: rename: {name}', of)


def as_array(x: Any) -> jax.Array:
  """An array; zeros for a shape and dtype."""
  if isinstance(x, jax.ShapeDtypeStruct):
    return jnp.zeros(x.shape, x.dtype)
  return jnp.asarray(x)


class Trial(NamedTuple):
  """What the other models are held against, and on what."""

  first: Side
  xs: tuple[Any, ...]
  streams: tuple[str, ...]
  examples: int
  seed: int
  ulp: float

  @property
  def words(self) -> str:
    """What is tried, in words."""
    given = ', '.join(described(self.xs).values()) or 'no inputs'
    draws = f'{self.examples} draws of seed {self.seed}'
    return f'{given}; {draws}; {self.ulp} ULP allowed'

  def findings(self, one: Side) -> Iterator[Finding]:
    """What comes of each claim on a model."""
    same = self.judged(one, 'variables', self.variables)
    yield same
    for claim in CLAIMS[1:]:
      if same.holds:
        yield self.judged(one, claim, self.check_of(claim))
      else:
        words = 'the variables differ, or could not be made'
        yield Finding(one.name, claim, None, words)

  def check_of(self, claim: str) -> Callable[[Side], str | None]:
    """What judges a claim: it returns words, or None if it does not apply."""
    if claim == 'init':
      return self.init
    if claim in VALUED:
      return lambda one: self.drawn(one, claim)
    return lambda one: self.program(one, claim.partition('.')[2])

  def judged(
    self, one: Side, claim: str, check: Callable[[Side], str | None]
  ) -> Finding:
    """A check, and what it comes to."""
    try:
      words = check(one)
    except Disagreement as difference:
      return Finding(one.name, claim, False, str(difference))
    except Exception as error:
      words = f'{type(error).__name__}: {error}'
      return Finding(one.name, claim, False, words)
    if words is None:
      converted = one.convert and claim not in VALUED
      words = 'its variables are converted' if converted else 'one has none'
      return Finding(one.name, claim, None, words)
    return Finding(one.name, claim, True, words)

  def variables(self, one: Side) -> str:
    """The same paths, shapes and dtypes; or what a rename would make so."""
    expected, got = (described(s.variables) for s in (self.first, one))
    if one.convert:
      made = jax.eval_shape(one.own, self.first.variables)
      expected = described(made)
    difference = of_trees(expected, got)
    if difference:
      names = proposed(slashed(expected), slashed(got))
      hint = f'; it would be the same with rename {names}' if names else ''
      raise Disagreement(difference + hint)
    return f'{len(expected)} leaves'

  def init(self, one: Side) -> str | None:
    """The same values from the same keys."""
    if one.convert or None in (self.first.model.init, one.model.init):
      return None
    rngs = keys(self.seed, 'params', *self.streams)
    expected, got = (s.run('init', rngs, *self.xs) for s in (self.first, one))
    return f'{within(expected, got, self.ulp):.3g} ULP'

  def drawn(self, one: Side, claim: str) -> str | None:
    """The same values, on variables and inputs that are drawn and shrunk."""
    if not any(self.has(side, claim) for side in (self.first, one)):
      return None
    apart = []
    program = 'gradients' if claim == 'gradients' else 'apply'
    for side in self.first, one:  # what raises does so here, once
      side.trace(program)
    made = cache(self.made)

    @seeded(self.seed)
    @settings(max_examples=self.examples, database=None, deadline=None)
    @given(st.integers(0, 99), inputs_like(self.xs))
    def tried(number, xs):
      ins = *made(number), *xs
      expected, got = (value(s, claim, ins) for s in (self.first, one))
      try:
        apart.append(within(expected, got, self.ulp))
      except Disagreement as difference:
        where = f'on variables and keys of {number}, and {listed(xs)}'
        raise Disagreement(f'{where}{difference}') from None

    tried()
    return f'at most {max(apart):.3g} ULP in {len(apart)} examples'

  def has(self, side: Side, claim: str) -> bool:
    """Whether a model has what a claim compares: nothing is never the same."""
    outputs, moved = side.outputs
    if claim == 'gradients':
      return bool(floating((self.first.variables, self.xs)))
    return bool(jax.tree.leaves(moved if claim == 'state' else outputs))

  def made(self, number: int) -> tuple[Any, ...]:
    """The variables and keys of a number."""
    variables = variables_like(self.first.variables, number)
    return variables, keys(number + 1, *self.streams)

  def program(self, one: Side, name: str) -> str | None:
    """One text; or up to the order of operands; or where it differs first."""
    inits = self.first.model.init, one.model.init
    if one.convert or (name == 'init' and None in inits):
      return None
    if one.text(name) == self.first.text(name):
      return f'{len(one.text(name).splitlines())} lines'
    near = 'the same but for the order in which loops carry their operands; '
    head = near if one.flows_as(self.first, name) else ''
    raise Disagreement(head + of_programs(self.first, one, name))


def value(side: Side, claim: str, ins: tuple[Any, ...]) -> Any:
  """What a model comes to, for a claim."""
  if claim == 'gradients':
    variables, rngs, *xs = ins
    weights = normal(floating(side.outputs[0]), 3)
    return side.run('gradients', variables, rngs, tuple(xs), weights)
  outputs, moved = side.run('apply', *ins)
  return moved if claim == 'state' else outputs


def listed(xs: Any) -> str:
  """Inputs in one line, with their values where they are few."""
  named = leaves(xs).items()
  return ', '.join(f'input{path} {show(leaf)}' for path, leaf in named)


def inputs_like(xs: Any) -> st.SearchStrategy[Any]:
  """Trees like this one, its floats drawn, and all else kept as it is."""
  flat, structure = jax.tree.flatten(xs)

  def leaf(x):
    if not jnp.issubdtype(x.dtype, jnp.floating):
      return st.just(np.asarray(x))
    numbers = st.integers(-32, 32).map(lambda n: n / 8)
    whole = hnp.arrays(np.float64, x.shape, elements=numbers)
    return whole.map(lambda array: array.astype(x.dtype))

  drawn = st.tuples(*map(leaf, flat))
  return drawn.map(lambda those: jax.tree.unflatten(structure, those))


def slashed(paths: Mapping[str, str]) -> dict[str, str]:
  """Paths as a user writes them: `params/cell/kernel`."""
  slashes = lambda path: path.strip("[']").replace("']['", '/')
  return {slashes(path): shape for path, shape in paths.items()}
