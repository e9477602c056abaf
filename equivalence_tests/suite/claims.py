"""One function per claim; its first docstring line is the sentence.

A claim takes a trial, and returns the figure that stands behind it or raises
`Disagreement`. The first way is what the others are held against. Each claim
says one thing: what it needs of another, that one claims.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import jax
import numpy as np

from equivalence_tests.suite.bad import bad_inputs
from equivalence_tests.suite.compare import Disagreement, agree
from equivalence_tests.suite.containers import (
  OF_CARRIES,
  OF_VARIABLES,
  filters,
)
from equivalence_tests.suite.differences import (
  of_programs,
  of_signatures,
  of_trees,
)
from equivalence_tests.suite.effects import ignored
from equivalence_tests.suite.forms import flow, form
from equivalence_tests.suite.programs import (
  KEYS,
  Subject,
  programs_of,
)
from equivalence_tests.suite.strictness import UNOPTIMISED
from equivalence_tests.suite.terms import against_loop
from equivalence_tests.suite.training import STEPS, texts
from equivalence_tests.suite.trial import Trial, call, derivative_ins, described
from equivalence_tests.suite.ways import Way


def signature(trial: Trial) -> int:
  """the same hyperparameters with the same defaults; each changes a program"""

  def parameters(way: Way) -> Mapping[str, inspect.Parameter]:
    factory = way.factory(trial.case.model)
    assert factory is not None
    return inspect.signature(factory).parameters

  expected = parameters(trial.ways[0])
  for way in trial.ways[1:]:
    difference = of_signatures(expected, parameters(way))
    if difference:
      where = f'signature: {way.name} {trial.case.model}'
      raise Disagreement(f'{where}: {difference}')
  for way, name in ignored(trial.ways, trial.case):
    raise Disagreement(
      f'signature: {way.name} {trial.case.model}: {name}: expected another '
      'program in a row that sets it, got the one with the default in all'
    )
  return len(expected)


def variables(trial: Trial) -> int:
  """the same tree of collections, names, shapes and dtypes"""
  expected = described(trial.first.variables)
  for one in trial.others:
    difference = of_trees(expected, described(one.variables))
    if difference:
      where = trial.where('variables', one, 'init')
      raise Disagreement(f'{where}: {difference}')
  return len(expected)


def init(trial: Trial) -> int:
  """one key gives the same initial values, bit for bit"""
  return trial.agree_compiled('init', 'init', trial.rngs)


def vmapped_init(trial: Trial) -> int:
  """init under vmap over n keys: shapes n + shape, values of n single inits"""
  if trial.one_program('init', 'vmapped_init'):
    if not trial.thorough:
      return 0
    return vmapped_as_singles(trial, trial.first)
  return max(vmapped_as_singles(trial, one) for one in trial.subjects)


def vmapped_as_singles(trial: Trial, one: Subject) -> int:
  """How far a way's vmapped init is from its own single inits."""
  rngs = {name: jax.random.clone(key) for name, key in trial.rngs.items()}
  split = {name: jax.random.split(key, KEYS) for name, key in rngs.items()}
  singles = [
    one.run('init', {name: k[i] for name, k in split.items()})
    for i in range(KEYS)
  ]
  expected = jax.tree.map(lambda *leaf: np.stack(leaf), *singles)
  where = trial.where('vmapped_init', one, f'init vmapped over {KEYS} keys')
  difference = of_trees(
    described(expected), described(one.results('vmapped_init'))
  )
  if difference:
    raise Disagreement(f'{where}: {difference}')
  return agree(where, expected, one.run('vmapped_init', split), trial.ulp)


def outputs(trial: Trial) -> int:
  """the same outputs, bit for bit, under jit and eagerly"""
  greatest = trial.agree_compiled('outputs', 'apply', *trial.ins)
  if not trial.thorough:
    return greatest
  eager = call('apply', *trial.ins)
  return max(greatest, trial.agree('outputs', 'eager apply', eager))


def gradients(trial: Trial) -> int:
  """the same vector-Jacobian and Jacobian-vector products, for every input"""
  if trial.only_covers and trial.one_function():
    return 0
  return max(
    trial.agree_compiled('gradients', product, *derivative_ins(trial, product))
    for product in programs_of(trial.case, trial.example.setting)
    if product in ('vjp', 'jvp')
  )


def state(trial: Trial) -> int:
  """the same updates for every filter of collections, and the same draws"""
  trial.agree_compiled('state', 'apply', *trial.ins)
  if not trial.thorough:
    return 0
  variables, rngs, *xs = trial.ins
  rngs = {**rngs, 'another': jax.random.key(0)}
  for mutable in (True, False) if trial.case.state else ():
    applied = lambda one, m=mutable: one.apply(variables, rngs, *xs, mutable=m)
    what = f'apply with mutable={mutable} and one more stream'
    trial.agree('state', what, applied)
  tried = filters(trial.case)
  for mutable in tried:
    same_when_mutable(trial, mutable)
  return len(tried)


def same_when_mutable(trial: Trial, mutable: Any) -> None:
  """With these collections mutable, all ways return the same.

  Raises:
    Disagreement: other collections, or other values of anything.
  """
  first = trial.first.moving(mutable)
  expected = described(first.out_info)
  for one in trial.others:
    difference = of_trees(expected, described(one.moving(mutable).out_info))
    if difference:
      where = trial.where('state', one, f'mutable={mutable!r}')
      raise Disagreement(f'{where}: {difference}')
  if any(
    form(one.moving(mutable).jaxpr) != form(first.jaxpr) for one in trial.others
  ):
    run = lambda one: (
      one.moving(mutable).lower().compile(UNOPTIMISED)(*trial.ins)
    )
    trial.agree('state', f'apply with mutable={mutable!r}', run)


def exchange(trial: Trial) -> int:
  """variables of any way, saved and restored, run in each with one result"""
  for what, given in in_containers(trial):
    for one in trial.subjects:
      where = trial.where('exchange', one, f'on {what}')
      expected = one.run('apply', *trial.ins)
      agree(where, expected, one.apply_in(*given), trial.ulp)
  if trial.one_program('init', 'apply'):
    return 0
  _, *rest = trial.ins
  greatest = 0
  for maker in trial.subjects:
    made = maker.run('init', trial.rngs)
    expected = trial.first.run('apply', made, *rest)
    for runner in trial.subjects:
      what = f'on variables of {maker.way.name}'
      where = trial.where('exchange', runner, what)
      got = runner.run('apply', made, *rest)
      greatest = max(greatest, agree(where, expected, got, trial.ulp))
  return greatest


def in_containers(trial: Trial) -> Iterator[tuple[str, tuple[Any, ...]]]:
  """What apply is given, its variables or its carry in another container."""
  if trial.example.values:
    return
  made, rngs, *xs = trial.ins
  if trial.thorough and made:
    for what, contain in OF_VARIABLES.items():
      yield f'variables as {what}', (contain(made), rngs, *xs)
  names = [*trial.case.arguments, *trial.example.setting.optional]
  if 'initial_carry' in names:
    i = names.index('initial_carry')
    for what, contain in OF_CARRIES.items():
      carried = (*xs[:i], contain(xs[i]), *xs[i + 1 :])
      yield f'a carry as {what}', (made, rngs, *carried)


class Standing(NamedTuple):
  """How a way's program stands to the first way's."""

  program: str
  is_same: bool
  words: str


def program(trial: Trial) -> int:
  """init, apply, derivatives and the vmapped init are one StableHLO text"""
  # what is remembered for the way back is in none of the two
  same = trial.only_covers and trial.one_program('init', 'apply')
  if same and trial.one_function():
    return 0
  for one in trial.others:
    judged = judged_programs(trial, one)
    standings = [standing(trial.first, one, name) for name in judged]
    different = [s.program for s in standings if not s.is_same]
    if different:
      words = '; '.join(f'{s.program}: {s.words}' for s in standings)
      lines = of_programs(trial.first, one, different[0])
      where = trial.where('program', one, words)
      raise Disagreement(f'{where}\n  {different[0]}, {lines}', len(different))
  if not trial.thorough:
    return 0  # there are lines, and to count them takes as long as to compare
  judged = judged_programs(trial, trial.first)
  return sum(len(trial.first.text(name).splitlines()) for name in judged)


def judged_programs(trial: Trial, one: Subject) -> list[str]:
  """Those that can be one text: not of inits that have other values."""
  other_inits = 'init' in trial.failed or (
    one.way.why_not('init', trial.case.model) is not None
  )
  there = programs_of(trial.case, trial.example.setting)
  return [name for name in there if not (other_inits and 'init' in name)]


def standing(first: Subject, one: Subject, name: str) -> Standing:
  """Whether a program is one text with the first way's, or nearly, or not."""
  if one.same_program(first, name):
    return Standing(name, True, 'one text')
  if one.trees(name) != first.trees(name):
    return Standing(name, False, 'other trees of arguments or results')
  if flow(one.trace(name).jaxpr) == flow(first.trace(name).jaxpr):
    words = 'one text up to the order in which it carries operands'
    return Standing(name, False, words)
  return Standing(name, False, 'another text')


def training(trial: Trial) -> int:
  """from one key, steps of an optimiser give the same losses and variables"""
  if not (trial.thorough or trial.case.writes):
    return 0  # of any row it follows from `gradients`: it is there for a text
  _, drawn, *xs = trial.ins
  ins = trial.rngs, drawn, texts(trial.case, tuple(xs))
  trial.agree_compiled('training', 'training', *ins)
  if trial.thorough:
    # one program is not run for all, but it is to be one that runs
    trial.first.run('training', *ins)
  return STEPS


def leaks(trial: Trial) -> int:
  """no scope is used in a trace of JAX that is not its own"""
  uses = 0
  for one in trial.subjects:
    for name in programs_of(trial.case, trial.example.setting):
      one.trace(name)
      watch = one.watched[name]
      if watch.strays:
        where = trial.where('leaks', one, name)
        got = '; '.join(watch.strays)
        raise Disagreement(
          f'{where}: expected none in another trace, got {got}'
        )
      uses += watch.uses
  return uses


def oracle(trial: Trial) -> float:
  """variables, outputs and derivatives are those of a float64 loop

  On a row, the outputs are those of Flax's own cell too, where there is one.
  """
  return against_loop(trial)


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
  """A claim, the unit of its figure, and on what it is tried.

  Attributes:
    check: trial -> figure.
    unit: of the figure.
    depends_on: what picks an example of it.
    rests_on: the claims without which it says nothing.
    covers: whether it is tried on the covering rows.
  """

  check: Callable[[Trial], float]
  unit: str
  depends_on: Literal['model', 'setting', 'keys', 'values']
  rests_on: tuple[str, ...] = ()
  covers: Literal['none', 'all'] = 'none'

  @property
  def sentence(self) -> str:
    """What it says."""
    return (self.check.__doc__ or '').splitlines()[0]


CLAIMS: Mapping[str, Claim] = {
  claim.check.__name__: claim
  for claim in (
    Claim(signature, 'hyperparameters', 'model'),
    Claim(variables, 'leaves', 'setting', covers='all'),
    Claim(init, 'ULP', 'keys', ('variables',), 'all'),
    Claim(vmapped_init, 'ULP', 'keys', ('variables',)),
    Claim(outputs, 'ULP', 'values', ('variables',), 'all'),
    Claim(gradients, 'ULP', 'values', ('outputs',), 'all'),
    Claim(state, 'filters', 'values', ('outputs',)),
    Claim(exchange, 'ULP', 'values', ('outputs',)),
    Claim(program, 'lines', 'setting', ('outputs', 'gradients'), 'all'),
    Claim(training, 'steps', 'setting', ('gradients',)),
    Claim(leaks, 'uses', 'setting', ('outputs',)),
    Claim(oracle, 'ULP of terms', 'values', ('variables',), 'all'),
    Claim(errors, 'refusals', 'model'),
  )
}
