"""What annotations say is checked, of a shape or of anything else."""

import pytest
from beartype import beartype
from beartype.roar import BeartypeCallHintViolation
from jax import numpy as jnp
from jaxtyping import Array, Float, TypeCheckError

from equivalence_tests.tests.annotations import jaxtyped, says_shape

checked = jaxtyped(typechecker=beartype)
X, SHORTER = jnp.zeros(3), jnp.zeros(2)


def doubled(x: int) -> int:
  return x if x else 0.5  # type: ignore[return-value]


def longer(x: Float[Array, 'time'], y: Float[Array, 'time']) -> int | None:
  return len(x) + len(y)


def untold(x):
  return x


@pytest.mark.parametrize(
  ('annotation', 'has_one'),
  [
    (Float[Array, 'time'], True),
    (tuple[int, Float[Array, 'time']], True),
    (Float[Array, ''] | None, True),
    (dict[str, list[Float[Array, '...']]], True),
    ('Later', True),
    (Array, False),
    (int | None, False),
    (dict[str, tuple[int, ...]], False),
  ],
)
def test_a_shape_is_found_however_deep(annotation, has_one):
  assert says_shape(annotation) == has_one


@pytest.mark.parametrize('x', [1.0, 0])
def test_what_has_no_shape_is_checked_going_in_and_coming_out(x):
  with pytest.raises(BeartypeCallHintViolation):
    checked(doubled)(x)


def test_an_axis_has_one_size_in_all_arguments():
  assert checked(longer)(X, X) == 6
  with pytest.raises(TypeCheckError):
    checked(longer)(X, SHORTER)


def test_what_has_no_annotation_is_as_it_was():
  assert checked(untold) is untold
