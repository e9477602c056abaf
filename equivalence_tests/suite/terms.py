"""How far outputs are from a float64 loop, in ULP of the terms it adds up."""

from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.suite.cases import hyperparameters, split
from equivalence_tests.suite.compare import Disagreement, as_numpy, leaves
from equivalence_tests.suite.oracle.rounding import apart
from equivalence_tests.suite.strictness import UNOPTIMISED
from equivalence_tests.suite.trial import Trial

ORACLE_ULP = 2  # how far from the oracle, in ULP of the terms
TAME = 1024.0  # the oracle sees no larger magnitude: float64 overflows later


def against_loop(trial: Trial) -> float:
  """How far each way is from the loop, and, on a row, from Flax's own cell."""
  xs = jax.tree.map(tame, trial.xs)
  variables, rngs, *_ = trial.ins
  want, scale = float64_loop(trial, xs)
  against = {'a float64 loop': want}
  if trial.case.flax is not None and not trial.only_covers:
    against["Flax's own cell"] = flax_cell(trial, xs)
  greatest = 0.0
  for one in trial.subjects:
    got = one.run('apply', variables, rngs, *xs)
    for name, expected in against.items():
      where = trial.where('oracle', one, f'against {name}')
      worst = in_terms(where, expected, got, scale)
      greatest = max(greatest, worst)
  return greatest


def tame(x: np.ndarray) -> np.ndarray:
  """x, without the magnitudes that float64 alone survives."""
  if not jnp.issubdtype(x.dtype, jnp.floating):
    return x
  return np.clip(x, -TAME, TAME).astype(x.dtype)


def float64_loop(trial: Trial, xs: tuple[Any, ...]) -> Any:
  """The values and scales of the oracle's loop, for each example."""
  case, setting, oracle = trial.case, trial.example.setting, trial.case.oracle
  assert oracle is not None

  def wide(leaf: Any) -> np.ndarray:
    array = as_numpy(leaf)
    whole = jnp.issubdtype(array.dtype, jnp.integer)
    return array if whole else array.astype(float)

  tree, xs = jax.tree.map(wide, trial.variables), jax.tree.map(wide, xs)
  streams = {'rngs': trial.ins[1]} if case.streams else {}

  def one(*xs: Any) -> Any:
    required, named = split(case, setting, xs)
    given = setting.hyperparameters
    return apart(oracle(tree, *required, given, **streams, **named))

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

  def main(variables: Any, rngs: Any, *xs: Any) -> Any:
    def one(*xs: Any) -> Any:
      required, named = split(case, setting, xs)
      given = hyperparameters(setting)
      given['dtype'] = given.get('dtype') or setting.dtype
      streams = {'rngs': rngs} if case.streams else {}
      return flax(variables, *required, given, **streams, **named)

    return (jax.vmap(one) if setting.batch else one)(*xs)

  ins = (trial.variables, trial.ins[1], *xs)
  lowered = jax.jit(main).lower(*ins)
  if lowered.as_text() == trial.first.text('apply'):
    return trial.first.run('apply', *ins)  # it is one program with ours
  return lowered.compile(UNOPTIMISED)(*ins)


def last_place(dtype: Any, terms: Any) -> Any:
  """A unit in the last place of the terms, in a dtype; a whole number has none.

  So it is as good as nothing, and a whole number must be exact.
  """
  if not jnp.issubdtype(dtype, jnp.floating):
    return float(np.finfo(float).tiny)
  info = jnp.finfo(dtype)
  return float(info.eps) * terms + float(info.tiny)


def in_terms(where: str, expected: Any, got: Any, scale: Any) -> float:
  """The greatest error, in ULP of the terms that the scale adds up.

  The last place is that of the dtype returned.

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
    have, want = (as_numpy(v).astype(float) for v in (leaf, other))
    if have.shape != want.shape or (np.isnan(have) != np.isnan(want)).any():
      raise Disagreement(
        f'{where}: leaf {path}: expected {want.tolist()}, got {have.tolist()}'
      )
    unit = last_place(leaf.dtype, terms)
    error = np.nan_to_num(np.abs(have - want) / unit, nan=0.0)
    if error.max(initial=0) > ORACLE_ULP:
      raise Disagreement(
        f'{where}: leaf {path}: expected {want.tolist()}, got {have.tolist()}, '
        f'{error.max():.1f} ULP of the terms apart; allowed: {ORACLE_ULP}',
        float(error.max()),
      )
    greatest = max(greatest, float(error.max(initial=0)))
  return greatest
