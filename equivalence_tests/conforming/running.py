"""Forms are run as one program where they are one, lowered and compiled once.

To trace is cheap, and to lower and compile is not: four forms of one transform
would do so four times, and eagerly each of their operations again.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax

from equivalence_tests.suite.forms import Form, form, trees_of
from equivalence_tests.suite.strictness import UNOPTIMISED

KEPT = 64  # programs: each that is compiled holds maps of the process


class Program:
  """A traced program, equal to another of its form and its trees."""

  def __init__(self, traced: jax.stages.Traced, takes: Any):
    """takes: what it is traced for, any tree of arrays."""
    trees = trees_of(takes, traced.out_info)
    self.traced, self.form = traced, Form(trees, form(traced.jaxpr))

  def __hash__(self) -> int:
    """That of its form."""
    return hash(self.form)

  def __eq__(self, other: object) -> bool:
    """Whether it is of one form with the other."""
    return isinstance(other, Program) and self.form == other.form


@lru_cache(KEPT)
def compiled(program: Program) -> jax.stages.Compiled:
  """The first of its form, compiled."""
  return program.traced.lower().compile(UNOPTIMISED)


def ran(call: Callable[..., Any], *arrays: Any) -> Any:
  """What a call returns for trees of arrays [...], compiled."""

  def main(*arrays):
    return call(*arrays)

  program = Program(jax.jit(main).trace(*arrays), arrays)
  return compiled(program)(*arrays)
