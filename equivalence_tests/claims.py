"""One function per claim; its first docstring line is the sentence.

A claim takes a trial, and returns the figure that stands behind it or raises
`Disagreement`. The first way is what the others are held against.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property, partial
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
from equivalence_tests.programs import (
  KEYS,
  PROGRAMS,
  Subject,
  key_shape,
  normal,
  subject,
)
from equivalence_tests.ways import Way

EAGER_ULP = 0  # how far the ways may be apart without jit
ORACLE_ULP = 4  # how far from the oracle, in ULP of the terms
TAME = 1024.0  # the oracle sees no larger magnitude: float64 overflows later
FILTERS: tuple[Any, ...] = (
  True,
  [],
  'params',
  ['params'],
  ['batch_stats'],
  ['cache', 'params'],
)


class Trial:
  """The ways that have a model, and one example to run them on.

  The first row is run eagerly too; the rest under jit alone, since to run a
  scan eagerly is to compile it at every call. `test_eager.py` runs every row.
  """

  def __init__(self, ways: tuple[Way, ...], case: Case, example: Example):
    """The first way is the one that the others are held against."""
    self.ways, self.case, self.example = ways, case, example
    self.subjects = tuple(subject(w, case, example.setting) for w in ways)
    self.first, *self.others = self.subjects

  @property
  def eagerly(self) -> bool:
    """Whether the example is the first row."""
    example = self.example
    return example.setting == self.case.rows[0] and not example.values

  @cached_property
  def key(self) -> Any:
    """The key of the example."""
    return jax.random.key(self.example.key)

  @cached_property
  def xs(self) -> tuple[np.ndarray, ...]:
    """The arguments of the example."""
    return arrays(self.case, self.example)

  @cached_property
  def one(self) -> tuple[np.ndarray, ...]:
    """The required arguments of one example, the first of a batch."""
    required = self.xs[: len(self.case.arguments)]
    return tuple(x[0] if self.example.setting.batch else x for x in required)

  @cached_property
  def variables(self) -> Any:
    """What the first way's `init` makes of the key."""
    return self.first.run('init', self.key)

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
  trial.agree('init', 'init under jit', run('init', trial.key))
  if not trial.eagerly:
    return 0
  return trial.agree('init', 'eager init', call('init', trial.key, *trial.one))


def vmapped_init(trial: Trial) -> int:
  """init under vmap over n keys: shapes n + shape, values of n single inits"""
  keys = jax.random.split(trial.key, KEYS)
  singles = [trial.first.run('init', key) for key in keys]
  expected = jax.tree.map(lambda *leaf: jnp.stack(leaf), *singles)
  greatest = 0
  for one in trial.subjects:
    where = trial.where('vmapped_init', one, f'init vmapped over {KEYS} keys')
    shapes = jax.eval_shape(one.vmapped_init, key_shape(KEYS))
    got = {p: leaf.shape for p, leaf in leaves(shapes).items()}
    want = {p: leaf.shape for p, leaf in leaves(expected).items()}
    if got != want:
      raise Disagreement(f'{where}: expected shapes {want}, got {got}')
    values = one.run('vmapped_init', keys)
    greatest = max(greatest, agree(where, expected, values))
  return greatest


def run(program: str, *arguments: Any) -> Callable[[Subject], Any]:
  """Subject -> what its compiled program returns for the arguments."""
  return lambda one: one.run(program, *arguments)


def call(program: str, *arguments: Any) -> Callable[[Subject], Any]:
  """Subject -> what its function returns for them eagerly."""
  return lambda one: getattr(one, program)(*arguments)


def outputs(trial: Trial) -> int:
  """the same outputs, bit for bit, under jit and eagerly"""
  ins = (trial.variables, *trial.xs)
  trial.agree('outputs', 'apply under jit', run('apply', *ins))
  if not trial.eagerly:
    return 0
  return trial.agree('outputs', 'eager apply', call('apply', *ins), EAGER_ULP)


def gradients(trial: Trial) -> int:
  """the same vector-Jacobian and Jacobian-vector products, for every input"""
  first, seed = trial.first, trial.example.key
  cotangents = normal(first.outputs, seed)
  tangents = normal((first.variables, *first.batched), seed)
  greatest = 0
  for product, vectors in (('vjp', cotangents), ('jvp', tangents)):
    ins = (trial.variables, trial.xs, vectors)
    trial.agree('gradients', f'{product} under jit', run(product, *ins))
    if trial.eagerly:
      eager = call(product, *ins)
      distance = trial.agree('gradients', f'eager {product}', eager, EAGER_ULP)
      greatest = max(greatest, distance)
  return greatest


def state(trial: Trial) -> int:
  """the same updates of every mutable collection, and the same random draws"""
  if trial.eagerly:
    ins = (trial.variables, *trial.xs)
    options = {'mutable': True, 'rngs': {'dropout': trial.key}}
    what = 'apply with all mutable and one more stream'
    applied = lambda one: one.apply(*ins, **options)
    trial.agree('state', what, applied, EAGER_ULP)
  for mutable in FILTERS:
    expected = updates(trial.first, mutable)
    for one in trial.others:
      got = updates(one, mutable)
      if got != expected:
        where = trial.where('state', one, f'mutable={mutable!r}')
        raise Disagreement(f'{where}: expected {expected}, got {got}')
  return len(FILTERS)


def updates(one: Subject, mutable: Any) -> dict[str, str]:
  """What apply returns when these collections are mutable, leaf by leaf."""
  apply = partial(one.apply, mutable=mutable)
  return described(jax.eval_shape(apply, one.variables, *one.batched))


def exchange(trial: Trial) -> int:
  """variables made by one way run in each other way, with the same result"""
  expected = trial.first.run('apply', trial.variables, *trial.xs)
  greatest = 0
  for maker in trial.subjects:
    made = maker.run('init', trial.key)
    for runner in trial.subjects:
      where = trial.where(
        'exchange', runner, f'on variables of {maker.way.name}'
      )
      got = runner.run('apply', made, *trial.xs)
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
  xs = tuple(np.clip(x, -TAME, TAME).astype(x.dtype) for x in trial.xs)
  (want, scale), flax = float64_loop(trial, xs), flax_cell(trial, xs)
  greatest = 0.0
  for one in trial.subjects:
    got = one.run('apply', trial.variables, *xs)
    for name, expected in ('a float64 loop', want), ("Flax's own cell", flax):
      where = trial.where('oracle', one, f'against {name}')
      greatest = max(greatest, in_terms(where, expected, got, scale))
  return greatest


def float64_loop(trial: Trial, xs: tuple[np.ndarray, ...]) -> Any:
  """What the oracle's loop returns for each example of the arguments."""
  case, setting = trial.case, trial.example.setting
  tree = jax.tree.map(lambda v: as_numpy(v).astype(float), trial.variables)

  def one(*xs: np.ndarray) -> Any:
    required, named = split(case, setting, xs)
    return case.oracle(tree, *required, setting.hyperparameters, **named)

  wide = [x.astype(float) for x in xs]
  if not setting.batch:
    return one(*wide)
  each = [one(*example) for example in zip(*wide, strict=True)]
  return jax.tree.map(lambda *leaf: np.stack(leaf), *each)


def flax_cell(trial: Trial, xs: tuple[np.ndarray, ...]) -> Any:
  """What Flax's own cell returns, computed in the dtype of the setting."""
  case, setting = trial.case, trial.example.setting

  def one(*xs: Any) -> Any:
    required, named = split(case, setting, xs)
    given = hyperparameters(setting)
    given['dtype'] = given.get('dtype') or setting.dtype
    return case.flax(trial.variables, *required, given, **named)

  return (jax.vmap(one) if setting.batch else one)(*xs)


def in_terms(where: str, expected: Any, got: Any, scale: Any) -> float:
  """The greatest error, in ULP of the terms that the scale adds up.

  Raises:
    Disagreement: a shape differs, a NaN stands alone, or over ORACLE_ULP.
  """
  wanted, found, scales = leaves(expected), leaves(got), leaves(scale)
  if list(wanted) != list(found):
    raise Disagreement(f'{where}: expected {list(wanted)}, got {list(found)}')
  greatest = 0.0
  for path, leaf in found.items():
    info = jnp.finfo(leaf.dtype)
    have, want = (as_numpy(v).astype(float) for v in (leaf, wanted[path]))
    if have.shape != want.shape or (np.isnan(have) != np.isnan(want)).any():
      raise Disagreement(
        f'{where}: leaf {path}: expected {want.tolist()}, got {have.tolist()}'
      )
    unit = float(info.eps) * scales[path] + float(info.tiny)
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
