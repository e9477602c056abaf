"""Equal forms are one text, and what a text shows no form hides."""

import jax
import pytest
from jax import lax
from jax import numpy as jnp

from equivalence_tests.suite.forms import NAMES, Forms, flow, form
from equivalence_tests.suite.judge import setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject, programs_of
from equivalence_tests.suite.ways import OWN, find

X = jnp.arange(3.0)


def traced(function, *xs):
  return jax.jit(function).trace(*xs).jaxpr


def text(function, *xs):
  def main(*xs):
    return function(*xs)

  return jax.jit(main).lower(*xs).as_text()


def both(one, other, *xs):
  """Whether the texts of two functions are equal, and whether the forms are."""
  texts = text(one, *xs) == text(other, *xs)
  return texts, form(traced(one, *xs)) == form(traced(other, *xs))


def own_text(subject, program):
  """The text of a program, lowered whether or not one of its form was."""
  return subject.trace(program).lower().as_text()


@pytest.mark.parametrize('model', CASES)
def test_programs_of_one_form_lower_to_one_text(model):
  """Each way is lowered by itself here, as the suite does only if forms differ.

  And where `apply` is one function, rules among it, so are its derivatives.
  """
  case = CASES[model]
  setting = case.rows[-1]
  with setting_width(setting):
    first, *others = (Subject(find(way), case, setting) for way in OWN)
    lowered = {
      name: own_text(first, name) for name in programs_of(case, setting)
    }
    for one in others:
      derived = ('vjp', 'jvp') if one.same_function(first) else ()
      for program, expected in lowered.items():
        if program in derived or one.form(program) == first.form(program):
          same = own_text(one, program) == expected
          assert same, f'{one.way.name} {model} {program}'


@pytest.mark.parametrize(
  ('one', 'other'),
  [
    (lambda x: x + 1.0, lambda x: x + 2.0),
    (lambda x: x - x[0], lambda x: x[0] - x),
    (lambda x: x + X, lambda x: x + 2 * X),
    (lambda x: x.astype('bfloat16'), lambda x: x.astype('float16')),
    (lambda x: jnp.sort(x), lambda x: jnp.sort(x, descending=True)),
    (jnp.sum, lambda x: jnp.sum(x, keepdims=True)),
    (lambda x: jax.checkpoint(jnp.sin)(x), jnp.cos),
    (
      lambda x: lax.scan(lambda c, x: (c + x, c), 0.0, x),
      lambda x: lax.scan(lambda c, x: (c + x, c), 0.0, x, reverse=True),
    ),
    (
      lambda x: jax.jit(lambda x: x + 1.0)(x),
      lambda x: jax.jit(lambda x: x + 2.0)(x),
    ),
  ],
)
def test_what_is_another_text_is_another_form(one, other):
  assert both(one, other, X) == (False, False)


@pytest.mark.parametrize('contain', [tuple, list, lambda xs: {'of': xs[0]}])
def test_what_a_parameter_contains_is_in_the_form(contain):
  one, same, other = (jax.jit(lambda x, n=n: x + n) for n in (1.0, 1.0, 2.0))
  parts = [contain([traced(f, X)]) for f in (one, same, other)]
  seen = [Forms().parameter(part) for part in parts]
  assert seen[0] == seen[1] != seen[2]


def test_dead_code_and_names_are_in_neither():
  def busy(y):
    jnp.sin(y)
    return y * 2.0

  assert both(busy, lambda x: x * 2.0, X) == (True, True)


def test_a_part_that_is_used_twice_is_not_two_parts():
  inner = jax.jit(lambda x: jnp.sin(x) * 2.0)
  copied = jax.jit(lambda x: jnp.sin(x) * 2.0)
  once, twice = lambda x: inner(inner(x)), lambda x: inner(copied(x))
  assert both(once, twice, X) == (False, False)


def test_a_derivative_rule_is_in_no_text_and_in_the_function():
  @jax.custom_jvp
  def steep(x):
    return x * 2.0

  steep.defjvp(lambda x, t: (2 * x[0], 5 * t[0]))

  @jax.custom_jvp
  def flat(x):
    return x * 2.0

  flat.defjvp(lambda x, t: (2 * x[0], 0 * t[0]))
  assert both(steep, flat, X) == (True, True)
  seen = [form(traced(function, X), NAMES) for function in (steep, flat)]
  assert seen[0] != seen[1]


def loop(order):
  """Two carries in this order, one the sum of the other."""

  def step(carry, x):
    a, b = (carry[i] for i in order)
    new = (a + x, b * a)
    return tuple(new[i] for i in order), a

  def run(x):
    first = (x[0], x[1])
    last, ys = lax.scan(step, tuple(first[i] for i in order), x)
    return last[order[0]], last[order[1]], ys

  return run


def test_a_flow_does_not_say_in_which_order_a_loop_carries():
  one, other = (traced(loop(order), X) for order in ((0, 1), (1, 0)))
  assert form(one) != form(other)
  assert flow(one) == flow(other)


@pytest.mark.parametrize(
  'other',
  [
    lambda x: lax.scan(lambda c, x: (c * x, c), x[0], x),
    lambda x: lax.scan(lambda c, x: (c + x, c + x), x[0], x),
    lambda x: lax.scan(lambda c, x: (c + x, c), x[1], x),
    lambda x: lax.scan(lambda c, x: (c + x, c), x[0], x, reverse=True),
    lambda x: (*lax.scan(lambda c, x: (c + x, c), x[0], x),)[::-1],
  ],
)
def test_a_flow_says_what_is_computed(other):
  one = lambda x: lax.scan(lambda c, x: (c + x, c), x[0], x)
  assert flow(traced(one, X)) != flow(traced(other, X))
