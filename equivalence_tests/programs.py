"""Models as programs: traced, lowered and compiled once, run often.

Two ways that lower to one text share one executable: equal texts are equal
programs, and compiling is what costs.
"""

from functools import cached_property
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.cases import (
  Case,
  Setting,
  argument_dtype,
  batched_shape,
  given,
  hyperparameters,
  shape,
  split,
)
from equivalence_tests.ways import Way

PROGRAMS = ('init', 'vmapped_init', 'apply', 'vjp', 'jvp')
KEYS = 3  # how many keys `vmapped_init` maps over
# What runs a few times is not worth compiling well: a third of the time goes.
UNOPTIMISED: dict[str, str | bool] = {'xla_backend_optimization_level': '0'}

EXECUTABLES: dict[tuple[str, Any], jax.stages.Compiled] = {}
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

  def init(self, key: Any, *xs: Any) -> Any:
    """key [], one example's required arguments or zeros -> variables."""
    xs = xs or tuple(jnp.zeros(x.shape, x.dtype) for x in self.required)
    return self.model.init({'params': key}, *xs)

  def vmapped_init(self, keys: Any) -> Any:
    """keys [n] -> variables, leaves [n, ...]."""
    return jax.vmap(self.init)(keys)

  def apply(self, variables: Any, *xs: Any, **options: Any) -> Any:
    """variables, arguments [batch, ...] or [...] -> outputs, likewise."""

    def one(variables, *xs):
      required, named = split(self.case, self.setting, xs)
      return self.model.apply(variables, *required, **named, **options)

    if not self.setting.batch:
      return one(variables, *xs)
    return jax.vmap(one, in_axes=(None, *(0 for _ in xs)))(variables, *xs)

  def vjp(self, variables: Any, xs: Any, cotangents: Any) -> Any:
    """What cotangents of the outputs come to for variables and arguments."""
    return jax.vjp(self.apply, variables, *xs)[1](cotangents)

  def jvp(self, variables: Any, xs: Any, tangents: Any) -> Any:
    """The outputs, and what tangents of (variables, *xs) come to for them."""
    return jax.jvp(self.apply, (variables, *xs), tangents)

  @cached_property
  def required(self) -> tuple[jax.ShapeDtypeStruct, ...]:
    """The shapes and dtypes that `init` takes: required, of one example."""
    return tuple(
      self.struct(shape(self.case, self.setting, name), name)
      for name in self.case.arguments
    )

  @cached_property
  def batched(self) -> tuple[jax.ShapeDtypeStruct, ...]:
    """Those that `apply` takes: given, batched where the setting is."""
    return tuple(
      self.struct(batched_shape(self.case, self.setting, name), name)
      for name in given(self.case, self.setting)
    )

  def struct(self, axes: tuple[int, ...], name: str) -> jax.ShapeDtypeStruct:
    """The axes, and the dtype of the argument of this name."""
    dtype = argument_dtype(self.case, self.setting, name)
    return jax.ShapeDtypeStruct(axes, dtype)

  @cached_property
  def variables(self) -> Any:
    """The shapes and dtypes of what `init` returns."""
    return jax.eval_shape(self.init, key_shape())

  @cached_property
  def outputs(self) -> Any:
    """The shapes and dtypes of what `apply` returns."""
    return jax.eval_shape(self.apply, self.variables, *self.batched)

  def shapes(self, program: str) -> tuple[Any, ...]:
    """The shapes and dtypes that a program is lowered for."""
    if program == 'init':
      return (key_shape(),)
    if program == 'vmapped_init':
      return (key_shape(KEYS),)
    if program == 'apply':
      return (self.variables, *self.batched)
    if program == 'vjp':
      return (self.variables, self.batched, self.outputs)
    return (self.variables, self.batched, (self.variables, *self.batched))

  def text(self, program: str) -> str:
    """The StableHLO text of a program, its function called `main`."""
    if program not in self.texts:

      def main(*arguments):
        return getattr(self, program)(*arguments)

      self.lowered[program] = jax.jit(main).lower(*self.shapes(program))
      self.texts[program] = self.lowered[program].as_text()
    return self.texts[program]

  def run(self, program: str, *arguments: Any) -> Any:
    """What the compiled program returns."""
    text, lowered = self.text(program), self.lowered[program]
    same = (text, jax.tree.structure(lowered.out_info))
    if same not in EXECUTABLES:
      options = None if program == 'apply' else UNOPTIMISED
      EXECUTABLES[same] = lowered.compile(options)
    return EXECUTABLES[same](*arguments)


def subject(way: Way, case: Case, setting: Setting) -> Subject:
  """The subject of these, made once."""
  key = (way, case.model, repr(setting))
  if key not in SUBJECTS:
    SUBJECTS[key] = Subject(way, case, setting)
  return SUBJECTS[key]


def key_shape(*axes: int) -> jax.ShapeDtypeStruct:
  """The shape and dtype of a key, or of an array of keys."""
  key = jax.eval_shape(jax.random.key, 0)
  return jax.ShapeDtypeStruct(axes, key.dtype)


def normal(tree: Any, seed: int) -> Any:
  """Standard normal draws for every leaf of a tree of shapes and dtypes."""
  random = np.random.default_rng(seed)
  return jax.tree.map(
    lambda leaf: random.normal(size=leaf.shape).astype(leaf.dtype), tree
  )
