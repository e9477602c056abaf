"""Models as programs: traced once, lowered and compiled once a text, run often.

Programs of one form lower to one text, and are not lowered twice; programs of
one text share one executable: equal texts are equal programs, and lowering and
compiling are what costs.
"""

import gc
from collections.abc import Callable, Hashable
from functools import cache, cached_property, partial
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.suite.cases import (
  Case,
  Setting,
  given,
  hyperparameters,
  split,
  structs,
)
from equivalence_tests.suite.compare import floating
from equivalence_tests.suite.forms import NAMES, Form, form, trees_of
from equivalence_tests.suite.leaks import Watch, scopes_watched
from equivalence_tests.suite.shapes import SHAPES, shapes_asked_once
from equivalence_tests.suite.strictness import OPTIMISED, UNOPTIMISED
from equivalence_tests.suite.training import trained
from equivalence_tests.suite.ways import Way

PROGRAMS = ('init', 'vmapped_init', 'apply', 'vjp', 'jvp')
# a program is compiled by one thread: other processes need the other cores
ALONE: dict[str, str | bool] = {'xla_cpu_parallel_codegen_split_count': '1'}
KEYS = 3  # how many keys `vmapped_init` maps over


def programs_of(case: Case, setting: Setting) -> list[str]:
  """Those of the programs that JAX makes of a model in a setting."""
  lacks = case.lacks(setting) if callable(case.lacks) else case.lacks
  return [name for name in PROGRAMS if name not in lacks]


class Lowered(NamedTuple):
  """A program that has been lowered, and its StableHLO text."""

  stage: jax.stages.Lowered
  text: str


LOWERED: dict[Hashable, Lowered] = {}
EXECUTABLES: dict[Hashable, jax.stages.Compiled] = {}
SUBJECTS: dict[Hashable, 'Subject'] = {}


class Subject:
  """One way's model in one setting, batched where the setting is."""

  def __init__(self, way: Way, case: Case, setting: Setting):
    """The way has a factory of the case's model."""
    factory = way.factory(case.model)
    assert factory is not None, f'{way.name} has no {case.model}'
    self.way, self.case, self.setting = way, case, setting
    self.model = factory(**hyperparameters(setting))
    self.traced: dict[str, jax.stages.Traced] = {}
    self.forms: dict[str, Hashable] = {}
    self.moved: dict[str, jax.stages.Traced] = {}
    self.watched: dict[str, Watch] = {}

  def init(self, rngs: Any, *xs: Any) -> Any:
    """rngs [], one example's required arguments or zeros -> variables."""
    xs = xs or jax.tree.map(
      lambda x: jnp.zeros(x.shape, x.dtype), self.required
    )
    return self.model.init(rngs, *xs, **self.case.call)

  def vmapped_init(self, rngs: Any) -> Any:
    """rngs [n] -> variables, leaves [n, ...]."""
    return jax.vmap(self.init)(rngs)

  def apply(self, variables: Any, rngs: Any, *xs: Any, **options: Any) -> Any:
    """variables, rngs, arguments [batch, ...] or [...] -> what apply returns.

    The state is mutable, unless the options say otherwise.
    """
    moving = list(self.case.state) or False
    options = {'mutable': moving, **self.case.call, **options}

    def one(*xs):
      required, named = split(self.case, self.setting, xs)
      return self.model.apply(
        variables, *required, rngs=rngs or None, **named, **options
      )

    return jax.vmap(one)(*xs) if self.setting.batch else one(*xs)

  def apply_in(self, *given: Any) -> Any:
    """What the compiled apply returns, for trees of any containers."""
    with shapes_asked_once():
      traced = jax.jit(self.apply).trace(*given)
    leaves = jax.tree.leaves(given)
    if form(traced.jaxpr) == form(self.trace('apply').jaxpr):
      structure = jax.tree.structure(self.shapes('apply'))
      return self.run('apply', *jax.tree.unflatten(structure, leaves))
    return traced.lower().compile()(*given)

  def vjp(self, variables: Any, rngs: Any, xs: Any, cotangents: Any) -> Any:
    """What cotangents of the outputs come to for variables and arguments."""
    function, floats = of_floats(self.apply, variables, rngs, xs)
    return jax.vjp(function, floats)[1](cotangents)

  def outputs_and_vjp(
    self, variables: Any, rngs: Any, xs: Any, cotangents: Any
  ) -> Any:
    """Return what apply and vjp return, of one program that is compiled."""

    def apply(*given: Any) -> Any:
      outputs = self.apply(*given)
      seen.append(outputs)
      return outputs

    seen: list[Any] = []
    function, floats = of_floats(apply, variables, rngs, xs)
    with_all = lambda floats: (function(floats), seen.pop())
    _, pull, outputs = jax.vjp(with_all, floats, has_aux=True)
    return outputs, pull(cotangents)

  def jvp(self, variables: Any, rngs: Any, xs: Any, tangents: Any) -> Any:
    """The outputs, and what tangents of variables and arguments come to."""
    function, floats = of_floats(self.apply, variables, rngs, xs)
    return jax.jvp(function, (floats,), (tangents,))

  def training(self, rngs: Any, drawn: Any, xs: Any) -> Any:
    """rngs [], a key a stream, arguments -> losses [steps], variables."""
    return trained(self, rngs, drawn, xs)

  @cached_property
  def required(self) -> tuple[Any, ...]:
    """The shapes and dtypes that `init` takes: required, of one example."""
    return tuple(
      structs(self.case, self.setting, name) for name in self.case.arguments
    )

  @cached_property
  def batched(self) -> tuple[Any, ...]:
    """Those that `apply` takes: given, batched where the setting is."""
    return given(self.case, self.setting)

  @property
  def variables(self) -> Any:
    """The shapes and dtypes of what `init` returns."""
    return self.results('init')

  @property
  def outputs(self) -> Any:
    """The shapes and dtypes of what `apply` returns."""
    return self.results('apply')

  def results(self, program: str) -> Any:
    """The shapes and dtypes of what a program returns."""
    return structs_of(self.trace(program).out_info)

  def moving(self, mutable: Any) -> jax.stages.Traced:
    """The program apply, traced with these collections mutable."""
    if repr(mutable) not in self.moved:
      apply = partial(self.apply, mutable=mutable)
      shapes = self.shapes('apply')
      with shapes_asked_once():
        self.moved[repr(mutable)] = jax.jit(apply).trace(*shapes)
    return self.moved[repr(mutable)]

  def rngs(self, *streams: str, axes: tuple[int, ...] = ()) -> Any:
    """The shapes of a key a stream, or of an array of keys."""
    return dict.fromkeys(streams, jax.ShapeDtypeStruct(axes, key_dtype()))

  def shapes(self, program: str) -> tuple[Any, ...]:
    """The shapes and dtypes that a program is lowered for."""
    streams = self.case.streams
    if program in ('init', 'vmapped_init'):
      axes = (KEYS,) if program == 'vmapped_init' else ()
      return (self.rngs('params', *streams, axes=axes),)
    if program == 'training':
      keys = self.rngs('params', *streams), self.rngs(*streams)
      return (*keys, self.batched)
    if program == 'apply':
      return (self.variables, self.rngs(*streams), *self.batched)
    floats = floating({'variables': self.variables, 'xs': self.batched})
    vectors = floats if program == 'jvp' else floating(self.outputs)
    return (self.variables, self.rngs(*streams), self.batched, vectors)

  def trace(self, program: str) -> jax.stages.Traced:
    """A program as JAX traces it, its function called `main`."""
    if program not in self.traced:

      def main(*arguments):
        return getattr(self, program)(*arguments)

      shapes = self.shapes(program)
      with shapes_asked_once(), scopes_watched() as self.watched[program]:
        self.traced[program] = jax.jit(main).trace(*shapes)
    return self.traced[program]

  def trees(self, program: str) -> Hashable:
    """What a program takes and returns."""
    return trees_of(self.shapes(program), self.trace(program).out_info)

  def form(self, program: str) -> Hashable:
    """What of a program lowering can see, with its trees."""
    if program not in self.forms:
      jaxpr = self.trace(program).jaxpr
      self.forms[program] = Form(self.trees(program), form(jaxpr))
    return self.forms[program]

  def lower(self, program: str) -> Lowered:
    """A program lowered; those of one form are lowered once."""
    same = self.form(program)
    if same not in LOWERED:
      stage = self.trace(program).lower()
      LOWERED[same] = Lowered(stage, stage.as_text())
    return LOWERED[same]

  def text(self, program: str) -> str:
    """The StableHLO text of a program."""
    return self.lower(program).text

  def same_function(self, other: 'Subject') -> bool:
    """Whether apply is the other's, the rules of its derivatives among it.

    Derivatives are made of what has been traced: those of one are the other's.
    """
    return self.function == other.function

  @cached_property
  def function(self) -> Form:
    """What derivatives see of apply: its form, with the rules of its parts."""
    jaxpr = self.trace('apply').jaxpr
    return Form(self.trees('apply'), form(jaxpr, NAMES))

  def same_program(self, other: 'Subject', program: str) -> bool:
    """Whether a program is the other's: of one form, or else of one text."""
    if self.form(program) == other.form(program):
      return True
    same = self.trees(program) == other.trees(program)
    return same and self.text(program) == other.text(program)

  def run(self, program: str, *arguments: Any) -> Any:
    """What the compiled program returns."""
    same = self.trees(program), self.text(program)
    if same not in EXECUTABLES:
      usual = program == 'apply' and self.setting == self.case.rows[0]
      options = OPTIMISED if usual else {**UNOPTIMISED, **ALONE}
      EXECUTABLES[same] = self.lower(program).stage.compile(options)
    return EXECUTABLES[same](*arguments)


def structs_of(tree: Any) -> Any:
  """The shapes and dtypes of a tree, and nothing else of it."""
  return jax.tree.map(
    lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), tree
  )


@cache
def key_dtype() -> Any:
  """The dtype of a key."""
  return jax.eval_shape(jax.random.key, 0).dtype


def subject(way: Way, case: Case, setting: Setting) -> Subject:
  """The subject of these, made once of one factory, as another may follow."""
  key = (way, way.factory(case.model), case.model, repr(setting))
  if key not in SUBJECTS:
    SUBJECTS[key] = Subject(way, case, setting)
  return SUBJECTS[key]


def forget() -> None:
  """Drops all programs: each that is compiled holds maps of the process.

  Linux grants a process 65,530 of them, and XLA ends it at one more.
  """
  for kept in (SUBJECTS, LOWERED, EXECUTABLES, SHAPES):
    kept.clear()
  jax.clear_caches()
  gc.collect()  # what is in cycles too: Python seldom looks, `strictness.py`


def has_rules(jaxpr: Any) -> bool:
  """Return whether a jaxpr has rules for derivatives, `custom_vjp` or `_jvp`.

  Without them, the outputs of its vjp are computed as its own are.
  """
  parts = jax.tree.leaves(
    [list(eqn.params.values()) for eqn in jaxpr.eqns],
    is_leaf=lambda part: hasattr(part, 'eqns'),
  )
  named = any(str(eqn.primitive).startswith('custom_') for eqn in jaxpr.eqns)
  return named or any(has_rules(p) for p in parts if hasattr(p, 'eqns'))


def of_floats(
  apply: Callable[..., Any], variables: Any, rngs: Any, xs: Any
) -> tuple[Callable[..., dict[str, Any]], dict[str, Any]]:
  """apply as a function of its floats to those that it returns; and these."""
  whole = {'variables': variables, 'xs': xs}

  def function(floats: dict[str, Any]) -> dict[str, Any]:
    moved = jax.tree_util.tree_map_with_path(
      lambda path, leaf: floats.get(jax.tree_util.keystr(path), leaf), whole
    )
    return floating(apply(moved['variables'], rngs, *moved['xs']))

  return function, floating(whole)


def normal(tree: Any, seed: int) -> Any:
  """Standard normal draws for every leaf of a tree of shapes and dtypes."""
  random = np.random.default_rng(seed)
  return jax.tree.map(
    lambda leaf: np.asarray(random.normal(size=leaf.shape)).astype(leaf.dtype),
    tree,
  )
