"""Flax's check of shapes, asked once, still sees what it saw."""

from contextlib import nullcontext

import jax
import pytest
from flax.core import apply, init
from flax.errors import ScopeParamShapeError
from jax import numpy as jnp

from equivalence_tests.suite import programs
from equivalence_tests.suite.judge import setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject, forget
from equivalence_tests.suite.shapes import shapes_asked_once
from equivalence_tests.suite.ways import find

X = jnp.ones(3)


class Initializer:
  """Zeros, and how often they were asked for."""

  def __init__(self):
    self.asked = 0

  def __call__(self, key, shape):
    self.asked += 1
    return jnp.zeros(shape)


def network(initializer, size=3):
  def body(scope, x):
    return x * scope.param('w', initializer, (size,))

  return body


def variables(initializer):
  _, made = init(network(initializer))(jax.random.key(0), X)
  initializer.asked = 0
  return made


def asked_by_two_applies():
  initializer = Initializer()
  made = variables(initializer)
  for _ in range(2):
    apply(network(initializer))(made, X)
  return initializer.asked


def test_flax_asks_an_initializer_its_shape_at_each_apply():
  assert asked_by_two_applies() == 2


def test_inside_flax_asks_it_once():
  with shapes_asked_once():
    assert asked_by_two_applies() == 1


def test_what_was_asked_is_forgotten_with_the_programs():
  initializer = Initializer()
  made = variables(initializer)
  with shapes_asked_once():
    apply(network(initializer))(made, X)
    forget()
    apply(network(initializer))(made, X)
  assert initializer.asked == 2


@pytest.mark.parametrize('inside', [nullcontext, shapes_asked_once])
def test_a_parameter_of_another_shape_is_refused(inside):
  initializer = Initializer()
  made = variables(initializer)
  with inside():
    apply(network(initializer))(made, X)
    with pytest.raises(ScopeParamShapeError):
      apply(network(initializer, size=4))(made, X)


def test_another_initializer_of_the_same_arguments_is_asked_itself():
  twice = lambda key, shape: jnp.zeros((2, *shape))
  made = variables(Initializer())
  with shapes_asked_once():
    apply(network(Initializer()))(made, X)
    with pytest.raises(ScopeParamShapeError):
      apply(network(twice))(made, X)


def test_an_initializer_without_a_hash_is_asked_as_usual():
  class Unhashed(Initializer):
    __hash__ = None

  unhashed = Unhashed()
  made = variables(unhashed)
  with shapes_asked_once():
    for _ in range(2):
      apply(network(unhashed))(made, X)
  assert unhashed.asked == 2


def test_afterwards_flax_is_as_it_was():
  with shapes_asked_once():
    pass
  assert asked_by_two_applies() == 2


@pytest.mark.parametrize('way', ['scope', 'linen'])
def test_what_is_traced_is_the_same_text(monkeypatch, way):
  text = traced(way)
  monkeypatch.setattr(programs, 'shapes_asked_once', nullcontext)
  assert traced(way) == text


def traced(way):
  case = CASES['lstm']
  setting = case.rows[-1]
  with setting_width(setting):
    one = Subject(find(way), case, setting)
    return one.trace('apply').lower().as_text()
