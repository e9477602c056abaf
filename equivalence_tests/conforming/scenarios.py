"""What is tried on a transform: each a sentence, and one function."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from warnings import catch_warnings, simplefilter

import jax
import numpy as np
from flax.core import meta

from equivalence_tests.conforming.bodies import AROUND, AXES, INSIDE, Body
from equivalence_tests.conforming.lifted import Lifted
from equivalence_tests.conforming.networks import (
  FORMS,
  Model,
  inner,
  keys,
  of_two_modules,
  of_two_scopes,
  on_scope,
  outer,
)
from equivalence_tests.conforming.running import ran
from equivalence_tests.suite.forms import form

H = np.array([0.5, -1.25], np.float32)
TREE = {'now': H, 'before': H + 1}
CLOSE = 2e-6  # between a loop that is compiled and one that is not
MOVING = ['count']


def same(what: str, expected: Any, got: Any, close: float = 0.0) -> None:
  """Trees are one: of one structure, and entry by entry equal, or close.

  Raises:
    AssertionError: they are not; the message names the leaf.
  """
  wanted, found = (dict(leaves_of(tree)) for tree in (expected, got))
  if list(wanted) != list(found):
    raise AssertionError(f'{what}: expected {[*wanted]}, got {[*found]}')
  for path, leaf in wanted.items():
    a, b = np.asarray(leaf), np.asarray(found[path])
    near = a.shape == b.shape and np.allclose(a, b, close, close)
    alike = near if close else np.array_equal(a, b)
    if a.dtype != b.dtype or not alike:
      raise AssertionError(f'{what}: leaf {path}: expected {a}, got {b}')


def leaves_of(tree: Any) -> list[tuple[str, Any]]:
  """Path and leaf, of each; a key as its words."""
  return [
    (jax.tree_util.keystr(path), leaf)
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree)
  ]


def models(t: Lifted, body: Body) -> dict[str, Model]:
  """The forms that the transform takes, by name: on a scope, and in linen."""
  found = {} if t.scope is None else {'scope': on_scope(t, body)}
  forms = {n: form(t, body) for n, form in FORMS.items() if n in t.takes}
  return {**found, **forms}


def first_of(t: Lifted, body: Body) -> Model:
  """One of the forms, where what holds of one holds of all."""
  return next(iter(models(t, body).values()))


def streams(t: Lifted, body: Body) -> tuple[str, ...]:
  """What the step draws from, in apply."""
  return ('noise',) if body.draws else ()


def made(t: Lifted, body: Body) -> Any:
  """The variables that `init` is to make, by their loop."""
  return t.makes(body.make(t.numbers.params, t.path), keys('params', 'noise'))


def everything(t: Lifted, **more: Any) -> Body:
  """A step with all that the transform allows."""
  return Body(t.carries, t.draws, **more)


def applying(model: Model, mutable: Any = MOVING) -> Callable[..., Any]:
  """variables, rngs, h -> what a form returns, of all by position."""

  def apply(variables, rngs, h):
    return model.apply(variables, h, rngs=rngs or None, mutable=mutable)

  return apply


def applied(t: Lifted, body: Body, model: Model, variables: Any, h: Any) -> Any:
  """What a form returns, and what it moved, as its child's own."""
  rngs = keys(*streams(t, body))
  y, moved = ran(applying(model), outer(variables), rngs, h)
  return y, inner(moved)


def looped(t: Lifted, body: Body, variables: Any, h: Any) -> Any:
  """What the loop returns, and what it moved."""
  step = body.step(t.numbers.noise, t.path)
  return t.loop(step, variables, keys(*streams(t, body)), h)


def each_target_is_the_loop(t: Lifted) -> None:
  """A scope, a class, a method, a function: each returns what the loop does.

  All are compiled; the first is called eagerly too.
  """
  body = everything(t)
  variables = made(t, body)
  expected = looped(t, body, variables, H)
  forms = models(t, body)
  for name, model in forms.items():
    got = applied(t, body, model, variables, H)
    same(f'{t.name} of a {name}', expected, got, CLOSE)
  name, model = next(iter(forms.items()))
  rngs = keys(*streams(t, body))
  y, moved = applying(model)(outer(variables), rngs, H)
  where = f'{t.name} of a {name}, called eagerly'
  same(where, expected, (y, inner(moved)), CLOSE)


def init_makes_what_the_steps_would(t: Lifted) -> None:
  """From one key each form makes the same variables, which are the loop's."""
  body = everything(t)
  expected = made(t, body)
  for name, model in models(t, body).items():
    _, variables = ran(model.init, keys('params', 'noise'), H)
    same(f'init of {t.name} of a {name}', expected, inner(variables))


def init_returns_what_its_steps_would(t: Lifted) -> None:
  """What `init` returns draws by its own numbers, and moves nothing."""
  body = everything(t)
  variables = made(t, body)
  began = t.began or t.loop
  frozen = still(body.step(t.numbers.noise_in_init, t.path))
  expected, _ = began(frozen, variables, keys('params', 'noise'), H)
  for name, model in models(t, body).items():
    y, _ = ran(model.init, keys('params', 'noise'), H)
    same(f'output of init of {t.name} of a {name}', expected, y, CLOSE)


def still(step: Callable[..., Any]) -> Callable[..., Any]:
  """A step that moves no state, as in `init`."""

  def standing(variables, keys, h):
    state = {c: of for c, of in variables.items() if c != 'params'}
    return step(variables, keys, h)[0], state

  return standing


def the_forms_are_one_program(t: Lifted) -> None:
  """`init` and `apply` are one program, whatever was lifted."""
  body = everything(t)
  variables = made(t, body)
  rngs = keys(*streams(t, body))
  programs: dict[str, Any] = {
    name: (model.init, applying(model))
    for name, model in models(t, body).items()
  }
  first = next(iter(programs))
  for name, (init, apply) in programs.items():
    for what, program, wanted, ins in (
      ('init', init, programs[first][0], (keys('params', 'noise'), H)),
      ('apply', apply, programs[first][1], (outer(variables), rngs, H)),
    ):
      if not is_one_program(program, wanted, ins):
        where = f'{what} of {t.name} of a {name}'
        raise AssertionError(f'{where}: expected the program of a {first}')


def the_pure_form_is_their_program(t: Lifted) -> None:
  """What is written with JAX alone is the same program as on a scope."""
  if t.pure is None:
    return
  body, pure = everything(t), t.pure
  variables, rngs = made(t, body), keys(*streams(t, body))
  step = body.step(t.numbers.noise, t.path)

  def alone(variables, rngs, h):
    y, moved = pure(step, inner(variables), rngs, h)
    return y, outer(moved)

  ins = (outer(variables), rngs, H)
  two = applying(first_of(t, body)), alone
  texts = [jax.jit(main_of(f)).lower(*ins).as_text() for f in two]
  if texts[0] != texts[1]:
    raise AssertionError(f'{t.name}: expected one text on a scope and pure')


def is_one_program(
  one: Callable[..., Any], other: Callable[..., Any], ins: tuple[Any, ...]
) -> bool:
  """Whether two functions are of one form as traced, or else of one text."""
  traced = [jax.jit(main_of(f)).trace(*ins) for f in (one, other)]
  if len({form(stage.jaxpr) for stage in traced}) == 1:
    return True
  return len({stage.lower().as_text() for stage in traced}) == 1


def main_of(f: Callable[..., Any]) -> Callable[..., Any]:
  """The function, called `main` as the other is."""

  def main(*arguments):
    return f(*arguments)

  return main


def several_scopes_at_once(t: Lifted) -> None:
  """Of two scopes, and of a module with two, each has what is its own."""
  if 'scopes' not in t.takes:
    return
  body = Body()
  step = body.step(1, t.path)

  def both(variables, keys, h):
    for name in ('first', 'second'):
      h, _ = step({'params': variables['params'][name]}, keys, h)
    return h, {}

  forms = {} if t.scope is None else {'two scopes': of_two_scopes(t, body)}
  forms['a module with two'] = of_two_modules(t, body)
  for form_name, model in forms.items():
    _, variables = ran(model.init, keys('params'), H)
    names = {*variables['params']}
    if names != {'first', 'second'}:
      raise AssertionError(f'{t.name}: expected first and second, got {names}')
    expected = t.loop(both, variables, {}, H)[0]
    got = ran(model.apply, variables, H)
    same(f'{t.name} of {form_name}', expected, got, CLOSE)


def any_tree_goes_through(t: Lifted) -> None:
  """What is handed in and returned may be any tree."""
  body = everything(t, tree=True)
  variables = made(t, body)
  expected = looped(t, body, variables, TREE)
  for name, model in models(t, body).items():
    got = applied(t, body, model, variables, TREE)
    same(f'{t.name} of a {name}, with a tree', expected, got, CLOSE)


def state_moves_only_where_it_may(t: Lifted) -> None:
  """A collection that is not mutable is read, and nothing of it comes back."""
  body = Body(counts=t.carries)
  variables = made(t, body)
  expected = t.loop(still(body.step(1, t.path)), variables, {}, H)[0]
  for name, model in models(t, body).items():
    y = ran(model.apply, outer(variables), H)
    same(f'{t.name} of a {name}, nothing mutable', expected, y, CLOSE)


def nothing_of_its_own_is_left(t: Lifted) -> None:
  """Where everything is mutable, what comes back is what the steps have."""
  body = everything(t)
  variables = made(t, body)
  given, rngs = outer(variables), keys(*streams(t, body))
  for name, model in models(t, body).items():
    _, moved = ran(applying(model, mutable=True), given, rngs, H)
    kept = {collection: 0 for collection, of in moved.items() if of}
    where = f'{t.name} of a {name}, all mutable: collections'
    same(where, dict.fromkeys(given, 0), kept)


def inside_of(around: str, t: Lifted) -> None:
  """Under a transform of JAX it is its loop under that."""
  body = everything(t)
  variables, rngs = made(t, body), keys(*streams(t, body))
  step = body.step(t.numbers.noise, t.path)
  model = first_of(t, body)

  def lifted(params, h):
    given = {**variables, 'params': params}
    return model.apply(outer(given), h, rngs=rngs or None, mutable=MOVING)[0]

  def loop(params, h):
    return t.loop(step, {**variables, 'params': params}, rngs, h)[0]

  expected, got = (
    AROUND[around](f)(variables['params'], H) for f in (loop, lifted)
  )
  same(f'{t.name} inside of {around}', expected, got, CLOSE)


def around_of(inside: str, t: Lifted) -> None:
  """What is lifted may use a transform of JAX itself."""
  body = everything(t, inside=inside)
  variables = made(t, body)
  expected = looped(t, body, variables, H)
  got = applied(t, body, first_of(t, body), variables, H)
  same(f'{t.name} around {inside}', expected, got, CLOSE)


def keys_of_either_kind(t: Lifted) -> None:
  """Raw keys draw as typed ones do."""
  body = everything(t)
  typed = keys('params', 'noise')
  raw = {name: jax.random.key_data(key) for name, key in typed.items()}
  for name, model in models(t, body).items():
    expected = ran(model.init, keys('params', 'noise'), H)
    got = ran(model.init, raw, H)
    same(f'init of {t.name} of a {name}, raw keys', expected, got)


def boxed_variables(t: Lifted) -> None:
  """A parameter that knows the names of its axes keeps them, and its value."""
  plain, body = everything(t), everything(t, boxed=True)
  for name, model in models(t, body).items():
    y, variables = ran(model.init, keys('params', 'noise'), H)
    box = inner(variables)['params']['w']
    where = f'{t.name} of a {name}, boxed'
    if not isinstance(box, meta.AxisMetadata):
      raise AssertionError(f'{where}: expected a box, got {box!r}')
    if getattr(box, 'names', None) != (*t.adds, *AXES):
      names = getattr(box, 'names', None)
      raise AssertionError(f'{where}: expected {(*t.adds, *AXES)}, got {names}')
    usual = models(t, plain)[name].init
    expected = ran(usual, keys('params', 'noise'), H)
    same(where, expected, (y, meta.unbox(variables)))


def keyword_arguments(t: Lifted) -> None:
  """A keyword goes through to what is lifted."""
  body = Body()
  variables = made(t, body)
  step = body.step(1, t.path)
  scaled = lambda v, k, h: step(v, k, h, scale=2.0)
  expected = t.loop(scaled, variables, {}, H)[0]
  for name, model in models(t, body).items():
    scaled_by_two = partial(model.apply, scale=2.0)
    y = ran(scaled_by_two, outer(variables), H)
    same(f'{t.name} of a {name}, by keyword', expected, y, CLOSE)


OF_JAX: Mapping[str, Callable[[Lifted], None]] = {
  **{f'inside of {name}': partial(inside_of, name) for name in AROUND},
  **{f'around {name}': partial(around_of, name) for name in INSIDE if name},
}
SCENARIOS: Mapping[str, Callable[[Lifted], None]] = {
  scenario.__name__.replace('_', ' '): scenario
  for scenario in (
    each_target_is_the_loop,
    init_makes_what_the_steps_would,
    init_returns_what_its_steps_would,
    the_forms_are_one_program,
    the_pure_form_is_their_program,
    several_scopes_at_once,
    any_tree_goes_through,
    state_moves_only_where_it_may,
    nothing_of_its_own_is_left,
    keys_of_either_kind,
    boxed_variables,
    keyword_arguments,
  )
} | dict(OF_JAX)


def check(t: Lifted, scenario: str) -> None:
  """Tries one scenario; what the transform refuses, it must refuse.

  What Flax only warns of, as of keywords that it drops, is refused here.

  Raises:
    AssertionError: it does otherwise than its loop, or than it should.
    LookupError: there is no such scenario.
  """
  run = SCENARIOS[scenario]
  try:
    with catch_warnings():
      simplefilter('error', RuntimeWarning)
      if scenario in t.refuses:
        return refused(t, scenario, lambda: run(t))
      run(t)
  except AssertionError:
    raise
  except Exception as error:
    got = f'{type(error).__name__}: {error}'
    where = f'{t.name}: {scenario}'
    raise AssertionError(f'{where}: expected a result, got {got}') from error


def refused(t: Lifted, what: str, run: Callable[[], Any]) -> None:
  """Nothing, where running it raises what the transform is to say.

  Raises:
    AssertionError: it raises something else, or nothing.
  """
  try:
    run()
  except Exception as error:
    said = f'{type(error).__name__}: {error}'
    if not re.search(t.refuses[what], said, flags=re.DOTALL):
      raise AssertionError(f'{t.name}: {what}: got {said}') from error
  else:
    wanted = t.refuses[what]
    raise AssertionError(f'{t.name}: {what}: expected {wanted}, got no error')
