"""A model on its inputs, its variables called by the names of the first one."""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import jax

from equivalence_tests.comparing.anyones import Anyones
from equivalence_tests.comparing.paths import flat, nested, renamed
from equivalence_tests.suite.compare import floating
from equivalence_tests.suite.forms import flow
from equivalence_tests.suite.programs import Lowered, of_floats

Names = Mapping[str, str] | Callable[[Any], Any]

PROGRAMS = ('init', 'apply', 'gradients')


class Side:
  """One of the models that are compared.

  Attributes:
    model: as anyone's.
    name: what the caller calls it.
    inputs: the shapes and dtypes of what it is called with.
    rngs: those of a key for each stream.
  """

  def __init__(
    self,
    model: Anyones,
    inputs: tuple[Any, ...],
    rngs: Mapping[str, Any],
    names: Names,
    first: 'Side | None' = None,
  ):
    """Names are those of its own, each with that of the first model.

    Or a function of the first's variables to its own.
    """
    self.model, self.name, self.inputs = model, model.name, inputs
    self.way = SimpleNamespace(folder=model.folder)
    self.rngs = rngs
    self.convert = names if callable(names) else None
    self.names = {} if callable(names) else names
    self.back = {other: name for name, other in self.names.items()}
    self.traced: dict[str, jax.stages.Traced] = {}
    self.lowered: dict[str, Lowered] = {}
    self.executables: dict[str, jax.stages.Compiled] = {}
    self.first = first or self

  def init(self, rngs: Any, *xs: Any) -> Any:
    """The variables that it begins with; those that it has, or none."""
    if self.model.init is None:
      return self.called(self.model.own or {})
    return self.called(self.model.init(rngs, *xs))

  def called(self, variables: Any) -> Any:
    """Variables by the names of the first model."""
    return nested(renamed(flat(variables), self.names))

  def apply(self, variables: Any, rngs: Any, *xs: Any) -> Any:
    """The outputs, and the collections that moved, by the first's names."""
    outputs, moved = self.model.apply(self.own(variables), rngs, *xs)
    return outputs, self.called(moved)

  def own(self, variables: Any) -> Any:
    """The first's variables as it takes them."""
    if self.convert:
      return nested(flat(self.convert(variables)))
    return nested(renamed(flat(variables), self.back))

  def gradients(self, variables: Any, rngs: Any, xs: Any, weights: Any) -> Any:
    """What weights of the outputs come to for variables and inputs."""
    returned = lambda *ins: self.apply(*ins)[0]
    function, floats = of_floats(returned, variables, rngs, xs)
    return jax.vjp(function, floats)[1](weights)[0]

  @cached_property
  def variables(self) -> Any:
    """The shapes and dtypes of its variables, by the names of the first."""
    return jax.eval_shape(self.init, self.rngs, *self.inputs)

  @property
  def given(self) -> Any:
    """Those that it is given: the first's."""
    return self.first.variables

  @cached_property
  def outputs(self) -> Any:
    """Those of what it returns, and of what it moves."""
    return jax.eval_shape(self.apply, self.given, self.streams, *self.inputs)

  @property
  def streams(self) -> dict[str, Any]:
    """The keys that apply is given."""
    return {name: key for name, key in self.rngs.items() if name != 'params'}

  def shapes(self, program: str) -> tuple[Any, ...]:
    """What a program is traced for."""
    if program == 'init':
      return (self.rngs, *self.inputs)
    if program == 'apply':
      return (self.given, self.streams, *self.inputs)
    weights = floating(self.outputs[0])
    return (self.given, self.streams, self.inputs, weights)

  def trace(self, program: str) -> jax.stages.Traced:
    """A program as JAX traces it, its function called `main`."""
    if program not in self.traced:

      def main(*arguments):
        return getattr(self, program)(*arguments)

      self.traced[program] = jax.jit(main).trace(*self.shapes(program))
    return self.traced[program]

  def run(self, program: str, *arguments: Any) -> Any:
    """What a compiled program returns."""
    if program not in self.executables:
      self.executables[program] = self.lower(program).stage.compile()
    return self.executables[program](*arguments)

  def lower(self, program: str) -> Lowered:
    """A program, lowered."""
    if program not in self.lowered:
      stage = self.trace(program).lower()
      self.lowered[program] = Lowered(stage, stage.as_text())
    return self.lowered[program]

  def text(self, program: str) -> str:
    """The StableHLO text of a program."""
    return self.lower(program).text

  def flows_as(self, other: 'Side', program: str) -> bool:
    """Whether its program is the other's up to the order of loops' operands."""
    mine, theirs = (one.trace(program).jaxpr for one in (self, other))
    return flow(mine) == flow(theirs)
