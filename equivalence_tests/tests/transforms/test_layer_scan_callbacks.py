"""How often callbacks in layers run: as in a plain loop, a time a layer."""

from collections import Counter
from functools import partial
from typing import Any

import jax
import pytest
from flax import core
from flax.core import lift
from jax import lax
from jax import numpy as jnp
from jax.experimental import io_callback

from core_rnn.scope.transforms.layer_scan import derived, layer_scan
from core_rnn.scope.transforms.program import silent

LAYERS = 3
KEY = jax.random.key(0)
CARRY = jnp.ones(2)
OWN: dict[str, Any] = {
  'variable_axes': {'params': 0},
  'split_rngs': {'params': True},
  'length': LAYERS,
}
LOOPS = {
  'scan': partial(lift.scan, check_constancy_invariants=False),
  'off': layer_scan,
  'on': partial(layer_scan, batched_setup=True),
}


@pytest.fixture
def calls():
  """How often each callback has run."""
  return Counter()


def callbacks(calls, x):
  """One of each kind; what they return is x."""

  def called(name, x):
    calls[name] += 1
    return x

  jax.debug.callback(partial(called, 'debug'), x)
  jax.debug.callback(partial(called, 'debug, ordered'), x, ordered=True)
  io = io_callback(partial(called, 'io'), x, x)
  io = io_callback(partial(called, 'io, ordered'), io, io, ordered=True)
  unused = partial(called, 'io, unused')
  io_callback(unused, x, x)
  return jax.pure_callback(partial(called, 'pure'), x, io)


def flat(calls):
  def layer(scope, carry):
    w = scope.param('w', jax.random.normal, (2,))
    return callbacks(calls, carry) + derived(scope, 'k', jnp.sin, w), carry

  return layer


def rematted(calls):
  """A remat takes no ordered effect, and may recompute what is pure."""

  def inner(scope, carry):
    w = scope.param('w', jax.random.normal, (2,))
    jax.debug.callback(lambda x: calls.update(['debug']), carry)
    return carry + derived(scope, 'k', jnp.sin, w)

  return lambda scope, carry: (lift.remat(inner)(scope, carry), carry)


def looping(calls):
  """With a loop inside that makes parameters of each of its own steps."""

  def step(scope, carry, x):
    w = scope.param('w', jax.random.normal, (2,))
    jax.debug.callback(lambda x: calls.update(['debug']), carry)
    return carry + derived(scope, 'k', jnp.sin, w) + x, None

  def layer(scope, carry):
    options = {**OWN, 'length': 2, 'check_constancy_invariants': False}
    xs = jnp.ones((2, 2))
    return lift.scan(step, **options)(scope, carry, xs)

  return layer


def counted(calls, f, *args):
  """What f returns, and how often each callback ran for it."""
  calls.clear()
  result = jax.block_until_ready(f(*args))
  jax.effects_barrier()
  return result, dict(calls)


@pytest.mark.parametrize('loop', LOOPS)
@pytest.mark.parametrize('jit', [lambda f: f, jax.jit], ids=['eager', 'jit'])
@pytest.mark.parametrize(
  ('layer', 'times'), [(flat, 1), (rematted, 1), (looping, 2)]
)
def test_they_run_once_a_layer_in_init_and_in_apply(
  calls, loop, jit, layer, times
):
  over = LOOPS[loop](layer(calls), **OWN)
  made, in_init = counted(calls, jit(core.init(over)), KEY, CARRY)
  _, in_apply = counted(calls, jit(core.apply(over)), made[1], CARRY)
  assert in_init == in_apply
  assert set(in_init.values()) == {times * LAYERS}, in_init


@pytest.mark.parametrize('on', [False, True])
def test_gradients_run_them_once_a_layer(calls, on):
  over = layer_scan(rematted(calls), **OWN, batched_setup=on)
  _, variables = core.init(over)(KEY, CARRY)
  loss = lambda variables: core.apply(over)(variables, CARRY)[0].sum()
  _, counts = counted(calls, jax.grad(loss), variables)
  theirs = lift.scan(rematted(calls), **OWN, check_constancy_invariants=False)
  loss = lambda variables: core.apply(theirs)(variables, CARRY)[0].sum()
  _, expected = counted(calls, jax.grad(loss), variables)
  assert counts == expected


@pytest.mark.parametrize('loop', LOOPS)
def test_an_initializer_that_asks_is_answered_once_a_layer(calls, loop):
  def answered(key):
    def answer(drawn):
      calls['initializer'] += 1
      return drawn + 1

    return io_callback(answer, CARRY, jax.random.normal(key, (2,)))

  def layer(scope, carry):
    return carry + scope.param('w', answered), None

  over = LOOPS[loop](layer, **OWN)
  _, counts = counted(calls, core.init(over), KEY, CARRY)
  assert counts == {'initializer': LAYERS}


def counted_loop(f, y):
  return lax.fori_loop(0, 2, lambda _, y: f(y), y)


def while_loop(f, y):
  step = lambda state: (state[0] + 1, f(state[1]))
  return lax.while_loop(lambda state: state[0] < 2, step, (0, y))[1]


def branch(f, y):
  return lax.cond(y.sum() > 0, f, jnp.negative, y)


def remat(f, y):
  return jax.checkpoint(f)(y)


def custom_rule(f, y):
  ruled = jax.custom_jvp(f)
  ruled.defjvp(lambda primals, tangents: (*primals, *tangents))
  return ruled(y)


@pytest.mark.parametrize('around', [counted_loop, while_loop, custom_rule])
def test_what_a_callback_answers_is_no_constant_of_all_layers(around):
  asked = lambda y: io_callback(jnp.negative, y, y)
  layer = lambda scope, carry: (carry, around(asked, CARRY))
  over = layer_scan(layer, out_axes=core.broadcast, length=LAYERS)
  with pytest.raises(ValueError, match=r'out_axes.* depends on a callback'):
    core.apply(over)({}, CARRY)


@pytest.mark.parametrize(
  'around', [counted_loop, while_loop, custom_rule, branch, remat]
)
def test_what_only_prints_on_its_way_is_a_constant_of_all_layers(around):
  def printed(y):
    jax.debug.callback(lambda: None)
    return -y

  f = partial(around, printed)
  layer = lambda scope, carry: (carry, f(CARRY))
  over = layer_scan(layer, out_axes=core.broadcast, length=LAYERS)
  _, constant = core.apply(over)({}, CARRY)
  assert constant.tolist() == f(CARRY).tolist()


def test_what_an_initializer_only_prints_is_not_printed(calls):
  """Documented: the loop finds what is made, and callbacks are the loop's."""

  def printed(key):
    jax.debug.callback(lambda: calls.update(['initializer']))
    return jax.random.normal(key, (2,))

  def layer(scope, carry):
    return carry + scope.param('w', printed), None

  _, counts = counted(calls, core.init(layer_scan(layer, **OWN)), KEY, CARRY)
  assert counts == {}


def test_what_is_left_of_a_program_has_the_effects_of_what_is_left():
  ref = jax.new_ref(CARRY)

  def printing(x):
    jax.debug.callback(lambda: None)
    ref[...] += x
    return x

  def kinds(jaxpr):
    return {type(effect) for effect in jaxpr.effects}

  jaxpr = jax.make_jaxpr(printing)(CARRY).jaxpr
  printed = kinds(jax.make_jaxpr(lambda: jax.debug.callback(lambda: None))())
  assert printed < kinds(jaxpr)
  assert kinds(silent(jaxpr)) == kinds(jaxpr) - printed
