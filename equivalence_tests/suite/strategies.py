"""What Hypothesis draws: settings, values and keys."""

from typing import Any

import jax
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from jax import numpy as jnp

from equivalence_tests.suite.cases import (
  Case,
  Example,
  Setting,
  given,
  highest,
)
from equivalence_tests.suite.covering import (
  PRECISIONS,
  UNSTORED,
  choices,
  is_mixed,
)

SEEDS = st.integers(0, 2**32 - 1)


def examples(case: Case, settings: st.SearchStrategy[Setting]):
  """Examples in one of the settings: a key, and values of every kind."""

  @st.composite
  def example(draw: st.DrawFn) -> Example:
    setting = draw(settings, label='setting')
    values = draw(arguments(case, setting), label='values')
    return Example(setting, draw(SEEDS, label='key'), values)

  return example()


def rows(case: Case) -> st.SearchStrategy[Setting]:
  """One of the settings that every claim is judged in."""
  return st.sampled_from(case.rows)


def free(case: Case) -> st.SearchStrategy[Setting]:
  """Any hyperparameters with any sizes, each from its handful."""
  known, mixed = choices(case), is_mixed(case.model)

  @st.composite
  def setting(draw: st.DrawFn) -> Setting:
    chosen = {
      name: draw(st.sampled_from(values), label=name)
      for name, values in known.items()
    }
    sizes = {
      axis: draw(st.sampled_from(values), label=axis)
      for axis, values in case.sizes.items()
    }
    precision = draw(st.sampled_from(PRECISIONS if mixed else UNSTORED))
    given, computed, stored = precision
    dtypes = {'dtype': computed, 'param_dtype': stored}
    optional = [name for name in case.optional if draw(st.booleans())]
    return Setting(
      {**chosen, **(dtypes if mixed else {})},
      sizes,
      given,
      draw(st.sampled_from((0, 2) if case.arguments else (0,)), label='batch'),
      tuple(optional),
    )

  return setting()


def arguments(
  case: Case, setting: Setting
) -> st.SearchStrategy[tuple[Any, ...]]:
  """Values for a leaf of the arguments, as nested lists: strange ones too."""

  def values(leaf: jax.ShapeDtypeStruct, top: int) -> st.SearchStrategy[Any]:
    entries: st.SearchStrategy[Any] = numbers(leaf.dtype.itemsize)
    kind: type = float
    if jnp.issubdtype(leaf.dtype, jnp.integer):
      entries, kind = st.integers(0, top), int
    drawn = hnp.arrays(kind, leaf.shape, elements=entries)
    return drawn.map(lambda array: array.tolist())

  leaves = jax.tree.leaves(given(case, setting))
  return st.tuples(*map(values, leaves, highest(case, setting)))


def numbers(itemsize: int) -> st.SearchStrategy[float]:
  """Ordinary numbers, and NaN, infinities, zeros, tiny and huge ones."""
  anything = st.floats(width=64) if itemsize == 8 else st.floats(width=32)
  return st.floats(-2, 2, width=32) | anything
