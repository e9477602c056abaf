"""The oracle: float64 loops judge variables, outputs and derivatives.

The errors of outputs and derivatives are in ULP of the terms that they add up,
see `oracle.rounding`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.suite.cases import (
  hyperparameters,
  split,
  variables_of,
)
from equivalence_tests.suite.compare import (
  Disagreement,
  as_numpy,
  first_entry,
  floating,
  leaves,
  show,
)
from equivalence_tests.suite.covering import in_float64
from equivalence_tests.suite.differences import of_trees
from equivalence_tests.suite.oracle.rounding import (
  Real,
  as_input,
  pull_back,
  stack,
)
from equivalence_tests.suite.programs import Subject, has_rules
from equivalence_tests.suite.strictness import UNOPTIMISED, width
from equivalence_tests.suite.trial import Trial, derivative_ins, described

ORACLE_ULP = 2  # how far from the oracle, in ULP of the terms
TAME = 1024.0  # the oracle sees no larger magnitude: float64 overflows later


def against_loop(trial: Trial) -> float:
  """Return the greatest error of any way, in ULP of the terms.

  With less than 32 bits, rounding hides much of a derivative. So a setting that
  has so few is judged once more in float64, its hyperparameters the same.

  Raises:
    Disagreement: a variable, an output or a derivative is wrong.
  """
  for one in trial.subjects:
    check_variables(trial, one)
  if 'outputs' in trial.case.unjudged(trial.example.setting):
    return 0.0
  subjects = trial.subjects[: 1 if trial.one_function() else None]
  judgement = Judgement(trial, subjects)
  greatest = judgement.figure()
  if trial.case.flax is not None and not trial.only_covers:
    greatest = max(greatest, judgement.flax())
  if is_fine(trial):
    return greatest
  with width('float64'):
    finer = in_more_bits(trial, subjects)
    return max(
      greatest, Judgement(finer, finer.subjects, ', in float64').figure()
    )


def in_more_bits(trial: Trial, subjects: Sequence[Subject]) -> Trial:
  """Return the trial in float64, of the ways of these subjects that have it."""
  setting = in_float64(trial.case, trial.example.setting)
  given = setting.hyperparameters
  ways = [one.way for one in subjects if one.way.has(trial.case.model, given)]
  example = trial.example._replace(setting=setting)
  return Trial(tuple(ways), trial.case, example)


def check_variables(trial: Trial, one: Subject) -> None:
  """Check shapes and dtypes against those that the case declares.

  Where it declares none, the parameters have the dtype `param_dtype`.

  Raises:
    Disagreement: they differ.
  """
  case, setting = trial.case, trial.example.setting
  got = described(one.variables)
  if case.variables is not None:
    difference = of_trees(described(variables_of(case, setting)), got)
  else:
    asked = setting.hyperparameters.get('param_dtype')
    difference = '; '.join(
      f'{path}: expected {asked}, got {leaf.dtype}'
      for path, leaf in floating(one.variables).items()
      if asked and path.startswith("['params']") and leaf.dtype != asked
    )
  if difference:
    where = trial.where('oracle', one, 'variables of init')
    raise Disagreement(f'{where}: {difference}')


def tame(x: np.ndarray) -> np.ndarray:
  """x, without the magnitudes that float64 alone survives."""
  if not jnp.issubdtype(x.dtype, jnp.floating):
    return x
  return np.clip(x, -TAME, TAME).astype(x.dtype)


class Loop(NamedTuple):
  """What a float64 loop computed.

  Attributes:
    outputs: a Real for each leaf of what apply returns, in their order.
    inputs: path -> the Real that stood for a float of variables or arguments.
  """

  outputs: list[Real]
  inputs: dict[str, Real]

  def derivatives(self, cotangents: Sequence[Any]) -> dict[str, Real]:
    """Return path -> the derivative by an input, for cotangents of outputs.

    Each is rounded once more, when it is cast to the dtype of the input.

    Args:
      cotangents: an array for each output, None for integers.
    """
    pairs = zip(self.outputs, cotangents, strict=True)
    given = [(y, as_numpy(c).astype(float)) for y, c in pairs if c is not None]
    outputs, slopes = zip(*given, strict=True) if given else ((), ())
    found = pull_back(outputs, slopes, [*self.inputs.values()])
    cast = (Real(x.value, x.scale + np.abs(x.value)) for x in found)
    return dict(zip(self.inputs, cast, strict=True))


def float64_loop(trial: Trial, xs: tuple[Any, ...]) -> Loop:
  """Return what the oracle's loop makes of each example."""
  case, setting, oracle = trial.case, trial.example.setting, trial.case.oracle
  assert oracle is not None
  whole = {'variables': trial.variables, 'xs': xs}
  inputs = {path: as_input(as_wide(x)) for path, x in floating(whole).items()}
  tree, xs = jax.tree_util.tree_map_with_path(
    lambda path, leaf: inputs.get(jax.tree_util.keystr(path), as_numpy(leaf)),
    whole,
  ).values()
  streams = {'rngs': trial.ins[1]} if case.streams else {}

  def one(*xs: Any) -> list[Real]:
    required, named = split(case, setting, xs)
    given = setting.hyperparameters
    return jax.tree.leaves(oracle(tree, *required, given, **streams, **named))

  if not setting.batch:
    return Loop(one(*xs), inputs)
  each = [
    one(*jax.tree.map(lambda x, i=i: x[i], xs)) for i in range(setting.batch)
  ]
  return Loop([stack([*rows]) for rows in zip(*each, strict=True)], inputs)


def as_wide(leaf: Any) -> np.ndarray:
  """Return an array as one of float64."""
  return as_numpy(leaf).astype(float)


class Judgement:
  """The error of some subjects of a trial, against its loop."""

  def __init__(
    self, trial: Trial, subjects: Sequence[Subject], words: str = ''
  ):
    """The words say in a message how the setting differs from the trial's."""
    self.trial, self.subjects = trial, subjects
    self.words = f'against a float64 loop{words}'
    self.xs = jax.tree.map(tame, trial.xs)

  @cached_property
  def loop(self) -> Loop:
    """What the loop makes of the arguments."""
    return float64_loop(self.trial, self.xs)

  @cached_property
  def dtypes(self) -> dict[str, Any]:
    """The dtype that each float that apply returns is expected to have."""
    return dtypes(self.trial)

  def figure(self) -> float:
    """Return the greatest error of outputs and derivatives.

    There are no derivatives at a NaN, nor where the case has a reason. On a
    covering row of less than 32 bits, they are judged in float64 alone.
    """
    unjudged = self.trial.case.unjudged(self.trial.example.setting)
    smooth = 'derivatives' not in unjudged and not has_nan(self.xs)
    told = is_fine(self.trial) or not self.trial.only_covers
    judge = self.derivatives if smooth and told else self.outputs
    return max(map(judge, self.subjects), default=0.0)

  def outputs(self, one: Subject) -> float:
    """Return the greatest error of what the program apply returns."""
    where = self.trial.where('oracle', one, f'{self.words}: outputs')
    return self.of_outputs(where, self.loop.outputs, self.applied(one))

  def applied(self, one: Subject) -> Any:
    """Return what the program apply returns."""
    variables, rngs, *_ = self.trial.ins
    return one.run('apply', variables, rngs, *self.xs)

  def derivatives(self, one: Subject) -> float:
    """Return the greatest error of outputs, and of their derivatives.

    Both are of one program. The program apply is judged by itself too on rows,
    and where it has rules of its own for derivatives: then it is another.
    """
    errors = [0.0]
    if not self.trial.only_covers or has_rules(one.trace('apply').jaxpr):
      errors.append(self.outputs(one))
    given = derivative_ins(self.trial, 'outputs_and_vjp')
    variables, rngs, _, cotangents = given
    ins = variables, rngs, tuple(self.xs), cotangents
    outputs, (back,) = one.run('outputs_and_vjp', *ins)
    what = f'{self.words}: outputs beside the derivatives'
    where = self.trial.where('oracle', one, what)
    errors.append(self.of_outputs(where, self.loop.outputs, outputs))
    what = f'{self.words}: derivatives of the outputs by'
    where = self.trial.where('oracle', one, what)
    ordered = [cotangents.get(path) for path in leaves(outputs)]
    wanted = self.loop.derivatives(ordered)
    return max(*errors, self.of_derivatives(where, wanted, back))

  def flax(self) -> float:
    """Return the greatest error of outputs against those of Flax's own cell."""
    flax = jax.tree.leaves(flax_cell(self.trial, self.xs))
    theirs = [
      Real(as_wide(leaf), of_loop.scale)
      for leaf, of_loop in zip(flax, self.loop.outputs, strict=True)
    ]
    what = "against Flax's own cell: outputs"
    return max(
      self.of_outputs(
        self.trial.where('oracle', one, what), theirs, self.applied(one)
      )
      for one in self.subjects
    )

  def of_derivatives(
    self, where: str, expected: dict[str, Real], got: dict[str, Any]
  ) -> float:
    """Return the greatest error of derivatives by inputs, by their paths.

    Raises:
      Disagreement: an error is over ORACLE_ULP.
    """
    unit = max(map(eps, self.dtypes.values()), default=0.0)
    errors = [0.0]
    for path, want in expected.items():
      bound = max(unit, eps(got[path].dtype)) * want.scale
      place = f'{where} {path}'
      errors.append(in_bound(place, want.value, got[path], bound))
    return max(errors)

  def of_outputs(self, where: str, expected: list[Real], got: Any) -> float:
    """Return the greatest error of outputs.

    Raises:
      Disagreement: a shape or dtype differs, a NaN stands alone, or an error is
        over ORACLE_ULP.
    """
    found = leaves(got)
    if len(expected) != len(found):
      raise Disagreement(
        f'{where}: expected {len(expected)} leaves, got {[*found]}'
      )
    errors = [0.0]
    for (path, leaf), want in zip(found.items(), expected, strict=True):
      asked = self.dtypes.get(path, leaf.dtype)
      place = f'{where}: leaf {path}' if path else where
      if leaf.dtype != asked:
        raise Disagreement(f'{place}: expected {asked}, got {leaf.dtype}')
      bound = eps(asked) * want.scale
      errors.append(in_bound(place, want.value, leaf, bound))
    return max(errors)


def has_nan(xs: Any) -> bool:
  """Return whether a float of the arguments [...] is a NaN."""
  return any(np.isnan(as_wide(x)).any() for x in floating(xs).values())


def is_fine(trial: Trial) -> bool:
  """Return whether all of a trial has 32 bits or more."""
  given = trial.example.setting.hyperparameters.get('param_dtype', 'float32')
  each = computed_in(trial), given, trial.example.setting.dtype
  return max(map(eps, each)) <= eps('float32')


def computed_in(trial: Trial) -> str:
  """Return the dtype that a trial is computed in."""
  setting = trial.example.setting
  return setting.hyperparameters.get('dtype') or setting.dtype


def dtypes(trial: Trial) -> dict[str, Any]:
  """Return the dtype that each float that apply returns is expected to have.

  An updated variable keeps its dtype, and all else has that of the computation,
  unless the case says that it has that of the parameters.
  """
  case, setting = trial.case, trial.example.setting
  got = floating(trial.first.outputs)
  if 'dtypes of outputs' in case.unjudged(setting):
    return {path: leaf.dtype for path, leaf in got.items()}
  found = {f'[1]{p}': v.dtype for p, v in floating(trial.variables).items()}
  stored = setting.hyperparameters.get('param_dtype', 'float32')
  for path in got:
    usual = stored if path.startswith(case.stored) else computed_in(trial)
    found.setdefault(path, jnp.dtype(usual))
  return {path: found[path] for path in got}


def flax_cell(trial: Trial, xs: tuple[Any, ...]) -> Any:
  """What Flax's own cell returns, computed in the dtype of the setting."""
  case, setting = trial.case, trial.example.setting
  assert case.flax is not None
  flax = case.flax

  def main(variables: Any, rngs: Any, *xs: Any) -> Any:
    def one(*xs: Any) -> Any:
      required, named = split(case, setting, xs)
      given = hyperparameters(setting)
      given['dtype'] = computed_in(trial)
      streams = {'rngs': rngs} if case.streams else {}
      return flax(variables, *required, given, **streams, **named)

    return (jax.vmap(one) if setting.batch else one)(*xs)

  ins = (trial.variables, trial.ins[1], *xs)
  lowered = jax.jit(main).lower(*ins)
  if lowered.as_text() == trial.first.text('apply'):
    return trial.first.run('apply', *ins)  # it is one program with ours
  return lowered.compile(UNOPTIMISED)(*ins)


def eps(dtype: Any) -> float:
  """Return a unit in the last place of 1 in a dtype; 0 for whole numbers."""
  is_float = jnp.issubdtype(dtype, jnp.floating)
  return float(jnp.finfo(dtype).eps) if is_float else 0.0


def in_bound(where: str, want: np.ndarray, got: Any, bound: Any) -> float:
  """Return the greatest error of an array, in ULP of the terms.

  Args:
    where: what a message begins with.
    want: the expected values, [...].
    got: an array [...].
    bound: one ULP of the terms, [...]; 0 for whole numbers, which are exact.

  Raises:
    Disagreement: the shape differs, a NaN stands alone, or the error is over
      ORACLE_ULP.
  """
  have = as_wide(got)
  if have.shape != want.shape:
    raise Disagreement(f'{where}: expected {show(want)}, got {show(have)}')
  is_float = jnp.issubdtype(got.dtype, jnp.floating)
  tiny = float(jnp.finfo(got.dtype if is_float else float).tiny)
  with np.errstate(invalid='ignore'):
    error = np.abs(have - want) / (bound + tiny)
  same = (have == want) | (np.isnan(have) & np.isnan(want))
  error = np.nan_to_num(np.where(same, 0.0, error), nan=np.inf, posinf=np.inf)
  worst = float(error.max(initial=0))
  if worst > ORACLE_ULP:
    first = first_entry(want, have, error > ORACLE_ULP)
    raise Disagreement(
      f'{where}: expected {show(want)}, got {show(have)}{first}; '
      f'{worst:.1f} ULP of the terms apart; allowed: {ORACLE_ULP}',
      worst if np.isfinite(worst) else None,
    )
  return worst
