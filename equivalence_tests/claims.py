"""One function per claim; its first docstring line is the sentence.

A claim takes a trial, and returns the figure that stands behind it or raises
`Disagreement`. The first way is what the others are held against.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.bad import bad_inputs
from equivalence_tests.cases import (
  Case,
  Example,
  arrays,
  hyperparameters,
  split,
)
from equivalence_tests.compare import Disagreement, agree, as_numpy, leaves
from equivalence_tests.oracle.rounding import apart
from equivalence_tests.programs import (
  KEYS,
  PROGRAMS,
  Subject,
  normal,
  subject,
)
from equivalence_tests.ways import Way

EAGER_ULP = 0  # how far the ways may be apart without jit
ORACLE_ULP = 2  # how far from the oracle, in ULP of the terms
TAME = 1024.0  # the oracle sees no larger magnitude: float64 overflows later
FILTERS: tuple[Any, ...] = (
  True,
  [],
  'params',
  ['cache', 'params'],
)


class Trial:
  """The ways that have a model, and one example to run them on.

  The first row is tried in more ways than the others: eagerly too, and on what
  `init` returns. `test_rows.py` does so for every row, and takes its time.
  """

  def __init__(
    self,
    ways: tuple[Way, ...],
    case: Case,
    example: Example,
    thorough: bool = False,
  ):
    """The first way is the one that the others are held against."""
    self.ways, self.case, self.example = ways, case, example
    first_row = example.setting == case.rows[0] and not example.values
    self.thorough = thorough or first_row
    self.subjects = tuple(subject(w, case, example.setting) for w in ways)
    self.first, *self.others = self.subjects

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
    return {
      collection: normal(tree, self.example.key)
      if collection == 'params'
      else jax.tree.map(positive, normal(tree, self.example.key))
      for collection, tree in self.first.variables.items()
    }

  def one_program(self, *programs: str) -> bool:
    """Whether these are the same in every way: then they agree on anything."""
    return all(
      one.identity(program) == self.first.identity(program)
      for program in programs
      for one in self.others
    )

  def where(self, claim: str, one: Subject, what: str) -> str:
    """What a message begins with."""
    return f'{claim}: {one.way.name} {self.case.model}: {what}'

  def agree(
    self,
    claim: str,
    what: str,
    run: Callable[[Subject], Any],
    limit: int = 0,
  ) -> int:
    """The greatest distance of what each way's run returns from the first's."""
    expected = run(self.first)
    return max(
      (
        agree(self.where(claim, one, what), expected, run(one), limit)
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


def signature(trial: Trial) -> int:
  """the factories take the same hyperparameters with the same defaults"""

  def parameters(way: Way) -> list[tuple[str, Any]]:
    factory = way.factory(trial.case.model)
    assert factory is not None
    signature = inspect.signature(factory)
    return [(p.name, p.default) for p in signature.parameters.values()]

  expected = parameters(trial.ways[0])
  for way in trial.ways[1:]:
    got = parameters(way)
    if got != expected:
      raise Disagreement(
        f'signature: {way.name} {trial.case.model}: expected {expected}, '
        f'got {got}'
      )
  return len(expected)


def variables(trial: Trial) -> int:
  """the same tree of collections, names, shapes and dtypes"""
  expected = described(trial.first.variables)
  for one in trial.others:
    got = described(one.variables)
    if got != expected:
      where = trial.where('variables', one, 'init')
      raise Disagreement(f'{where}: expected {expected}, got {got}')
  return len(expected)


def described(variables: Any) -> dict[str, str]:
  """Path -> dtype[shape] of every leaf."""
  return {
    path: f'{leaf.dtype}{list(leaf.shape)}'
    for path, leaf in leaves(variables).items()
  }


def init(trial: Trial) -> int:
  """one key gives the same initial values, bit for bit"""
  return trial.agree_compiled('init', 'init', trial.rngs)


def vmapped_init(trial: Trial) -> int:
  """init under vmap over n keys: shapes n + shape, values of n single inits"""
  if not trial.thorough and trial.one_program('init', 'vmapped_init'):
    return 0
  split = {name: jax.random.split(k, KEYS) for name, k in trial.rngs.items()}
  singles = [
    trial.first.run('init', {name: k[i] for name, k in split.items()})
    for i in range(KEYS)
  ]
  expected = jax.tree.map(lambda *leaf: jnp.stack(leaf), *singles)
  greatest = 0
  for one in trial.subjects:
    where = trial.where('vmapped_init', one, f'init vmapped over {KEYS} keys')
    shapes = one.results('vmapped_init')
    got = {p: leaf.shape for p, leaf in leaves(shapes).items()}
    want = {p: leaf.shape for p, leaf in leaves(expected).items()}
    if got != want:
      raise Disagreement(f'{where}: expected shapes {want}, got {got}')
    values = one.run('vmapped_init', split)
    greatest = max(greatest, agree(where, expected, values))
  return greatest


def call(program: str, *arguments: Any) -> Callable[[Subject], Any]:
  """Subject -> what its function returns for them eagerly."""
  return lambda one: getattr(one, program)(*arguments)


def outputs(trial: Trial) -> int:
  """the same outputs, bit for bit, under jit and eagerly"""
  trial.agree_compiled('outputs', 'apply', *trial.ins)
  if not trial.thorough:
    return 0
  eager = call('apply', *trial.ins)
  return trial.agree('outputs', 'eager apply', eager, EAGER_ULP)


def gradients(trial: Trial) -> int:
  """the same vector-Jacobian and Jacobian-vector products, for every input"""
  return max(
    trial.agree_compiled('gradients', product, *derivative_ins(trial, product))
    for product in ('vjp', 'jvp')
  )


def derivative_ins(trial: Trial, product: str) -> tuple[Any, ...]:
  """What vjp and jvp are given: that of apply, and vectors."""
  variables, rngs, *xs = trial.ins
  *_, vectors = trial.first.shapes(product)
  return (variables, rngs, tuple(xs), normal(vectors, trial.example.key))


def state(trial: Trial) -> int:
  """the same updates of every mutable collection, and the same random draws"""
  trial.agree_compiled('state', 'apply', *trial.ins)
  if not trial.thorough:
    return 0
  variables, rngs, *xs = trial.ins
  rngs = {**rngs, 'another': jax.random.key(0)}
  for mutable in (True, False) if trial.case.state else ():
    applied = lambda one, m=mutable: one.apply(variables, rngs, *xs, mutable=m)
    what = f'apply with mutable={mutable} and one more stream'
    trial.agree('state', what, applied, EAGER_ULP)
  filters = (*FILTERS, *trial.case.state)
  for mutable in filters:
    expected = described(trial.first.updates(mutable))
    for one in trial.others:
      got = described(one.updates(mutable))
      if got != expected:
        where = trial.where('state', one, f'mutable={mutable!r}')
        raise Disagreement(f'{where}: expected {expected}, got {got}')
  return len(filters)


def exchange(trial: Trial) -> int:
  """variables made by one way run in each other way, with the same result"""
  if trial.one_program('init', 'apply'):
    return 0
  _, *rest = trial.ins
  expected = trial.first.run(
    'apply', trial.first.run('init', trial.rngs), *rest
  )
  greatest = 0
  for maker in trial.subjects:
    made = maker.run('init', trial.rngs)
    for runner in trial.subjects:
      where = trial.where(
        'exchange', runner, f'on variables of {maker.way.name}'
      )
      got = runner.run('apply', made, *rest)
      greatest = max(greatest, agree(where, expected, got))
  return greatest


def program(trial: Trial) -> int:
  """init, apply, derivatives and the vmapped init are one StableHLO text"""
  lines = 0
  for name in PROGRAMS:
    expected = trial.first.text(name).splitlines()
    for one in trial.others:
      got = one.text(name).splitlines()
      if got != expected:
        where = trial.where('program', one, name)
        raise Disagreement(f'{where}: {first_difference(expected, got)}')
    lines += len(expected)
  return lines


def first_difference(expected: list[str], got: list[str]) -> str:
  """The first line in which two texts differ."""
  for number, (want, found) in enumerate(zip(expected, got, strict=False), 1):
    if want != found:
      return f'line {number}: expected {want.strip()}, got {found.strip()}'
  return f'expected {len(expected)} lines, got {len(got)}'


def oracle(trial: Trial) -> float:
  """the outputs agree with a float64 loop, and with Flax's own cell"""
  xs = jax.tree.map(tame, trial.xs)
  variables, rngs, *_ = trial.ins
  want, scale = float64_loop(trial, xs)
  against = {'a float64 loop': want}
  if trial.case.flax is not None:
    against["Flax's own cell"] = flax_cell(trial, xs)
  greatest = 0.0
  for one in trial.subjects:
    got = one.run('apply', variables, rngs, *xs)
    for name, expected in against.items():
      where = trial.where('oracle', one, f'against {name}')
      greatest = max(greatest, in_terms(where, expected, got, scale))
  return greatest


def tame(x: np.ndarray) -> np.ndarray:
  """x, without the magnitudes that float64 alone survives."""
  if not jnp.issubdtype(x.dtype, jnp.floating):
    return x
  return np.clip(x, -TAME, TAME).astype(x.dtype)


def float64_loop(trial: Trial, xs: tuple[Any, ...]) -> Any:
  """The values and scales of the oracle's loop, for each example."""
  case, setting = trial.case, trial.example.setting

  def wide(leaf: Any) -> np.ndarray:
    array = as_numpy(leaf)
    whole = jnp.issubdtype(array.dtype, jnp.integer)
    return array if whole else array.astype(float)

  tree, xs = jax.tree.map(wide, trial.variables), jax.tree.map(wide, xs)

  def one(*xs: Any) -> Any:
    required, named = split(case, setting, xs)
    given = setting.hyperparameters
    return apart(case.oracle(tree, *required, given, **draws(trial), **named))

  if not setting.batch:
    return one(*xs)
  each = [
    one(*jax.tree.map(lambda x, i=i: x[i], xs)) for i in range(setting.batch)
  ]
  return jax.tree.map(lambda *leaf: np.stack(leaf), *each)


def flax_cell(trial: Trial, xs: tuple[Any, ...]) -> Any:
  """What Flax's own cell returns, computed in the dtype of the setting."""
  case, setting = trial.case, trial.example.setting
  assert case.flax is not None
  flax = case.flax

  def one(*xs: Any) -> Any:
    required, named = split(case, setting, xs)
    given = hyperparameters(setting)
    given['dtype'] = given.get('dtype') or setting.dtype
    return flax(trial.variables, *required, given, **draws(trial), **named)

  return (jax.vmap(one) if setting.batch else one)(*xs)


def draws(trial: Trial) -> dict[str, Any]:
  """The streams as an argument, where the model draws."""
  return {'rngs': trial.ins[1]} if trial.case.streams else {}


def in_terms(where: str, expected: Any, got: Any, scale: Any) -> float:
  """The greatest error, in ULP of the terms that the scale adds up.

  Raises:
    Disagreement: a shape differs, a NaN stands alone, or over ORACLE_ULP.
  """
  wanted, found = jax.tree.leaves(expected), leaves(got)
  scales = jax.tree.leaves(scale)
  if len(wanted) != len(found):
    got = list(found)
    raise Disagreement(f'{where}: expected {len(wanted)} leaves, got {got}')
  greatest = 0.0
  for (path, leaf), other, terms in zip(
    found.items(), wanted, scales, strict=True
  ):
    whole = jnp.issubdtype(leaf.dtype, jnp.integer)
    info = jnp.finfo(jnp.float32 if whole else leaf.dtype)
    have, want = (as_numpy(v).astype(float) for v in (leaf, other))
    if have.shape != want.shape or (np.isnan(have) != np.isnan(want)).any():
      raise Disagreement(
        f'{where}: leaf {path}: expected {want.tolist()}, got {have.tolist()}'
      )
    unit = float(info.eps) * terms + float(info.tiny)
    error = np.nan_to_num(np.abs(have - want) / unit, nan=0.0)
    if error.max(initial=0) > ORACLE_ULP:
      raise Disagreement(
        f'{where}: leaf {path}: expected {want.tolist()}, got {have.tolist()}, '
        f'{error.max():.1f} ULP of the terms apart; allowed: {ORACLE_ULP}'
      )
    greatest = max(greatest, float(error.max(initial=0)))
  return greatest


def errors(trial: Trial) -> int:
  """the same bad input is refused by every way, naming expected and got"""
  refusals = 0
  for way in trial.ways:
    for bad in bad_inputs(trial.case, way):
      message = f'errors: {way.name} {trial.case.model}: {bad.label}'
      want = f'{bad.kind.__name__} that names {bad.argument}, expected and got'
      try:
        bad.call()
      except Exception as error:
        if not bad.refused_by(error):
          got = f'{type(error).__name__}: {error}'
          raise Disagreement(
            f'{message}: expected {want}, got {got}'
          ) from error
      else:
        raise Disagreement(f'{message}: expected {want}, got no error')
      refusals += 1
  return refusals


class Claim(NamedTuple):
  """A claim, the unit of its figure, and what it depends on."""

  check: Callable[[Trial], float]
  unit: str
  depends_on: str

  @property
  def sentence(self) -> str:
    """What it says."""
    return (self.check.__doc__ or '').splitlines()[0]


CLAIMS: Mapping[str, Claim] = {
  claim.check.__name__: claim
  for claim in (
    Claim(signature, 'hyperparameters', 'model'),
    Claim(variables, 'leaves', 'setting'),
    Claim(init, 'ULP', 'values'),
    Claim(vmapped_init, 'ULP', 'values'),
    Claim(outputs, 'ULP', 'values'),
    Claim(gradients, 'ULP', 'values'),
    Claim(state, 'filters', 'values'),
    Claim(exchange, 'ULP', 'values'),
    Claim(program, 'lines', 'setting'),
    Claim(oracle, 'ULP of terms', 'values'),
    Claim(errors, 'refusals', 'model'),
  )
}
