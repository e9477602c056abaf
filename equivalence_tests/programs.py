"""Models as programs: traced, lowered and compiled once, run often.

Two ways that lower to one text share one executable: equal texts are equal
programs, and compiling is what costs.
"""

from functools import cached_property, partial
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.cases import (
  Case,
  Setting,
  given,
  hyperparameters,
  split,
  structs,
)
from equivalence_tests.compare import floating
from equivalence_tests.ways import Way

PROGRAMS = ('init', 'vmapped_init', 'apply', 'vjp', 'jvp')
KEYS = 3  # how many keys `vmapped_init` maps over
# What runs a few times is not worth compiling well: a third of the time goes.
# The first row's `apply` is compiled as usual: what is optimised is tried too.
UNOPTIMISED: dict[str, str | bool] = {'xla_backend_optimization_level': '0'}

EXECUTABLES: dict[tuple[str, str, Any], jax.stages.Compiled] = {}
SUBJECTS: dict[tuple[Way, str, str], 'Subject'] = {}


class Subject:
  """One way's model in one setting, batched where the setting is."""

  def __init__(self, way: Way, case: Case, setting: Setting):
    """The way has a factory of the case's model."""
    factory = way.factory(case.model)
    assert factory is not None, f'{way.name} has no {case.model}'
    self.way, self.case, self.setting = way, case, setting
    self.model = factory(**hyperparameters(setting))
    self.lowered: dict[str, jax.stages.Lowered] = {}
    self.texts: dict[str, str] = {}
    self.updated: dict[str, Any] = {}

  def init(self, rngs: Any, *xs: Any) -> Any:
    """rngs [], one example's required arguments or zeros -> variables."""
    xs = xs or jax.tree.map(
      lambda x: jnp.zeros(x.shape, x.dtype), self.required
    )
    return self.model.init(rngs, *xs)

  def vmapped_init(self, rngs: Any) -> Any:
    """rngs [n] -> variables, leaves [n, ...]."""
    return jax.vmap(self.init)(rngs)

  def apply(self, variables: Any, rngs: Any, *xs: Any, **options: Any) -> Any:
    """variables, rngs, arguments [batch, ...] or [...] -> what apply returns.

    The state is mutable, unless the options say otherwise.
    """
    options = {'mutable': list(self.case.state) or False, **options}

    def one(*xs):
      required, named = split(self.case, self.setting, xs)
      return self.model.apply(
        variables, *required, rngs=rngs or None, **named, **options
      )

    return jax.vmap(one)(*xs) if self.setting.batch else one(*xs)

  def smooth(self, variables: Any, rngs: Any, xs: Any) -> Any:
    """apply as a function of the floats it is given to those it returns."""
    whole = {'variables': variables, 'xs': xs}

    def function(floats: dict[str, Any]) -> dict[str, Any]:
      moved = jax.tree_util.tree_map_with_path(
        lambda path, leaf: floats.get(jax.tree_util.keystr(path), leaf), whole
      )
      outputs = self.apply(moved['variables'], rngs, *moved['xs'])
      return floating(outputs)

    return function, floating(whole)

  def vjp(self, variables: Any, rngs: Any, xs: Any, cotangents: Any) -> Any:
    """What cotangents of the outputs come to for variables and arguments."""
    function, floats = self.smooth(variables, rngs, xs)
    return jax.vjp(function, floats)[1](cotangents)

  def jvp(self, variables: Any, rngs: Any, xs: Any, tangents: Any) -> Any:
    """The outputs, and what tangents of variables and arguments come to."""
    function, floats = self.smooth(variables, rngs, xs)
    return jax.jvp(function, (floats,), (tangents,))

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
    self.text(program)
    return jax.tree.map(
      lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype),
      self.lowered[program].out_info,
    )

  def updates(self, mutable: Any) -> Any:
    """The shapes and dtypes that apply returns with these collections."""
    if repr(mutable) not in self.updated:
      apply = partial(self.apply, mutable=mutable)
      shapes = self.shapes('apply')
      self.updated[repr(mutable)] = jax.eval_shape(apply, *shapes)
    return self.updated[repr(mutable)]

  def rngs(self, *streams: str, axes: tuple[int, ...] = ()) -> Any:
    """The shapes of a key a stream, or of an array of keys."""
    key = jax.eval_shape(jax.random.key, 0)
    return dict.fromkeys(streams, jax.ShapeDtypeStruct(axes, key.dtype))

  def shapes(self, program: str) -> tuple[Any, ...]:
    """The shapes and dtypes that a program is lowered for."""
    streams = self.case.streams
    if program in ('init', 'vmapped_init'):
      axes = (KEYS,) if program == 'vmapped_init' else ()
      return (self.rngs('params', *streams, axes=axes),)
    if program == 'apply':
      return (self.variables, self.rngs(*streams), *self.batched)
    floats = floating({'variables': self.variables, 'xs': self.batched})
    vectors = floating(self.outputs) if program == 'vjp' else floats
    return (self.variables, self.rngs(*streams), self.batched, vectors)

  def text(self, program: str) -> str:
    """The StableHLO text of a program, its function called `main`."""
    if program not in self.texts:

      def main(*arguments):
        return getattr(self, program)(*arguments)

      self.lowered[program] = jax.jit(main).lower(*self.shapes(program))
      self.texts[program] = self.lowered[program].as_text()
    return self.texts[program]

  def identity(self, program: str) -> tuple[str, str, Any]:
    """What the same text does with trees of one structure is the same."""
    text = self.text(program)  # which names neither streams nor collections
    lowered = self.lowered[program]
    trees = lowered.in_tree, jax.tree.structure(lowered.out_info)
    return program, text, trees

  def run(self, program: str, *arguments: Any) -> Any:
    """What the compiled program returns."""
    same = self.identity(program)
    if same not in EXECUTABLES:
      usual = program == 'apply' and self.setting == self.case.rows[0]
      options = None if usual else UNOPTIMISED
      EXECUTABLES[same] = self.lowered[program].compile(options)
    return EXECUTABLES[same](*arguments)


def subject(way: Way, case: Case, setting: Setting) -> Subject:
  """The subject of these, made once."""
  key = (way, case.model, repr(setting))
  if key not in SUBJECTS:
    SUBJECTS[key] = Subject(way, case, setting)
  return SUBJECTS[key]


def normal(tree: Any, seed: int) -> Any:
  """Standard normal draws for every leaf of a tree of shapes and dtypes."""
  random = np.random.default_rng(seed)
  return jax.tree.map(
    lambda leaf: np.asarray(random.normal(size=leaf.shape)).astype(leaf.dtype),
    tree,
  )
