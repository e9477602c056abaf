"""One compiled scan takes the steps that a loop would take, one by one."""

import chex
import jax
import numpy as np
import optax
import pytest
from jax import numpy as jnp

from core_rnn.language_model.batches import chunked
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.training import (
  State,
  adamw,
  first,
  judged,
  loss,
  steps,
)

TOKENS = np.array([0, 1, 2, 3, 4, 4, 2] * 9, np.int32)
BATCH, TIME = 2, 4
NEAR = {'rtol': 2e-5, 'atol': 1e-6}  # of float32, summed in another order


@pytest.fixture
def chunks():
  """Of 62 targets: two rows of 31, so seven whole chunks, and one of three."""
  return chunked(TOKENS, BATCH, TIME, 'text')


def part(chunks, first, count):
  """As many of them, epoch after epoch."""
  places = (first + np.arange(count)) % len(chunks.fresh)
  return jax.tree.map(lambda leaf: leaf[places], chunks)


@pytest.fixture
def promoting():
  """Optax alone, outside a step, is not made for strict promotion."""
  with jax.numpy_dtype_promotion('standard'):
    yield


@pytest.fixture
def begun(network):
  """Hyperparameters -> a function of an optimiser to apply, and a state."""

  def make(optimiser, **hyperparameters):
    model = network(**hyperparameters)
    judge = network(**{**hyperparameters, 'deterministic': True})
    make = lambda: first(model.init, judge.apply, optimiser, 0, BATCH)
    return model.apply, jax.jit(make)()

  return make


def repeated(state):
  """The state with a key that may be used once more."""
  return state._replace(key=jax.random.clone(state.key))


def same(one, other, **near):
  """States are alike in all but their keys."""
  compare = (
    np.testing.assert_allclose if near else np.testing.assert_array_equal
  )
  jax.tree.map(lambda a, b: compare(a, b, **near), one[:3], other[:3])


def test_steps_in_one_scan_are_those_of_many_scans(begun, chunks):
  optimiser = optax.adam(0.01)
  apply, state = begun(optimiser)
  run = jax.jit(steps(apply, optimiser))
  together, losses = run(state, part(chunks, 0, 10))
  apart, each = repeated(state), []
  for step in range(10):
    apart, (one,) = run(apart, part(chunks, step, 1))
    each.append(one)
  same(together, apart, **NEAR)
  np.testing.assert_allclose(losses, each, **NEAR)
  assert together.step == 10


def test_a_step_is_the_gradient_step_that_optax_takes(begun, chunks):
  optimiser = optax.sgd(0.1)
  apply, state = begun(optimiser)
  chunk = jax.tree.map(lambda leaf: leaf[0], chunks)

  def nats(variables):
    tokens = chunk.tokens.astype(jnp.int32)
    _, logits = apply(variables, tokens[:, :-1])
    shares = jax.nn.log_softmax(logits)
    picked = jnp.take_along_axis(shares, tokens[:, 1:, None], -1)
    return -picked.mean()

  slope = jax.jit(jax.grad(nats))(state.variables)
  expected = jax.tree.map(lambda p, g: p - 0.1 * g, state.variables, slope)
  new, _ = jax.jit(steps(apply, optimiser))(state, part(chunks, 0, 1))
  chex.assert_trees_all_close(new.variables, expected, **NEAR)


def test_the_step_is_traced_as_often_for_many_steps_as_for_one(begun, chunks):
  optimiser = optax.adam(0.01)
  apply, state = begun(optimiser)
  traced = []

  def counted(variables, tokens, **rest):
    traced.append(tokens.shape)
    return apply(variables, tokens, **rest)

  jax.eval_shape(steps(counted, optimiser), state, part(chunks, 0, 1))
  once = len(traced)
  jax.eval_shape(steps(counted, optimiser), state, part(chunks, 0, 40))
  assert len(traced) == 2 * once > 0


def untrained(begun, chunks, **hyperparameters):
  """Losses of an epoch in which nothing is learned, and the state after it."""
  optimiser = optax.sgd(0.0)
  apply, state = begun(optimiser, **hyperparameters)
  run = jax.jit(steps(apply, optimiser))
  return apply, state, *run(state, chunks)


def in_one_go(apply, variables, batch):
  """Losses [batch, targets] of the whole text, each row read in one go."""
  long = chunked(TOKENS, batch, -(-(len(TOKENS) - 1) // batch), 'text')
  (tokens,), (lengths,) = long.tokens.astype(np.int32), long.lengths
  _, logits = jax.jit(apply)(variables, tokens[:, :-1])
  shares = np.asarray(jax.nn.log_softmax(logits), np.float64)
  nats = -np.take_along_axis(shares, tokens[:, 1:, None], -1)[..., 0]
  return nats, lengths


def test_the_carry_goes_on_from_chunk_to_chunk(begun, chunks):
  apply, state, _, losses = untrained(begun, chunks)
  nats, _ = in_one_go(apply, state.variables, BATCH)
  expected = [nats[:, t : t + TIME].mean() for t in range(0, 31, TIME)]
  np.testing.assert_allclose(losses, expected, **NEAR)


def test_the_carry_begins_anew_with_an_epoch(begun, chunks):
  twice = part(chunks, 0, 2 * len(chunks.fresh))
  losses = untrained(begun, twice)[3].reshape(2, -1)
  np.testing.assert_array_equal(losses[0], losses[1])


def test_the_held_out_loss_is_that_of_the_whole_text_in_one_go(begun, network):
  chunks = chunked(TOKENS, 1, TIME, 'text')
  apply, state = begun(optax.sgd(0.0))
  nats, counts = jax.jit(judged(apply))(state.variables, chunks)
  expected, _ = in_one_go(apply, state.variables, 1)
  assert counts.sum() == len(TOKENS) - 1
  np.testing.assert_allclose(nats.sum(), expected.sum(), **NEAR)


def test_derivatives_stop_where_a_chunk_begins(begun, chunks):
  """The second chunk teaches the same, whatever made its carry."""
  apply, state = begun(optax.sgd(0.0))
  second = jax.tree.map(lambda leaf: jnp.asarray(leaf[1]), chunks)

  def nats(variables, carry):
    return loss(apply, variables, carry, second, {})[0]

  by_carry = jax.jit(jax.grad(nats, 1))(state.variables, state.carry)
  assert any(leaf.any() for leaf in jax.tree.leaves(by_carry))
  moved = state._replace(carry=jax.tree.map(lambda h: h + 1, state.carry))
  run = jax.jit(steps(apply, optax.sgd(1.0)))
  plain = optax.sgd(1.0).init(state.variables)
  got, _ = run(moved._replace(opt_state=plain), part(chunks, 1, 1))
  slope = jax.jit(jax.grad(nats))(state.variables, moved.carry)
  expected = jax.tree.map(lambda p, g: p - g, state.variables, slope)
  chex.assert_trees_all_close(got.variables, expected, **NEAR)


@pytest.mark.parametrize(('place', 'learns'), [(0, True), (1, False)])
def test_a_learned_carry_learns_where_an_epoch_begins(
  begun, chunks, place, learns
):
  optimiser = optax.sgd(1.0)
  apply, state = begun(optimiser, learned_carry=True)
  new, _ = jax.jit(steps(apply, optimiser))(state, part(chunks, place, 1))
  for carry in ('carry_0', 'carry_1'):
    before, after = (
      s.variables['params']['layers'][carry]['h'] for s in (state, new)
    )
    assert (before != after).any() == learns


def test_what_is_dropped_differs_from_step_to_step_and_not_from_run_to_run(
  begun, chunks
):
  optimiser = optax.sgd(0.0)
  apply, state = begun(optimiser, rate=0.5)
  run = jax.jit(steps(apply, optimiser, ('dropout',)))
  first_chunk = part(chunks, 0, 1)
  again = jax.tree.map(lambda leaf: np.concatenate([leaf] * 4), first_chunk)
  _, losses = run(state, again)
  assert len({*losses.tolist()}) == 4
  _, repeat = run(repeated(state), again)
  np.testing.assert_array_equal(losses, repeat)


@pytest.mark.usefixtures('promoting')
def test_the_rate_warms_up_then_falls_as_a_cosine():
  settings = Settings(
    learning_rate=1.0,
    min_lr=0.25,
    warmup_iters=4,
    max_iters=12,
    weight_decay=0.0,
    grad_clip=0.0,
    beta1=0.0,
    beta2=0.0,
  )  # then Adam's update is the sign of the derivative
  optimiser = adamw(settings)
  params = {'kernel': jnp.zeros((2, 2))}
  state, rates = optimiser.init(params), []
  for _ in range(14):
    update, state = optimiser.update(
      jax.tree.map(jnp.ones_like, params), state, params
    )
    rates.append(-float(update['kernel'][0, 0]))
  warm = [0.2 + 0.8 * step / 4 for step in range(4)]
  cosine = [
    0.25 + 0.75 * (1 + np.cos(np.pi * step / 8)) / 2 for step in range(8)
  ]
  np.testing.assert_allclose(rates, [*warm, *cosine, 0.25, 0.25], rtol=1e-5)


@pytest.mark.usefixtures('promoting')
def test_only_matrices_decay():
  optimiser = adamw(Settings(warmup_iters=0, weight_decay=0.5))
  params = {'kernel': jnp.ones((2, 2)), 'bias': jnp.ones(2)}
  still = jax.tree.map(jnp.zeros_like, params)
  update, _ = optimiser.update(still, optimiser.init(params), params)
  assert (update['kernel'] < 0).all()
  assert not update['bias'].any()


@pytest.mark.usefixtures('promoting')
@pytest.mark.parametrize(('clip', 'shrunk'), [(1.0, True), (0.0, False)])
def test_derivatives_are_clipped_by_the_norm_of_all(clip, shrunk):
  """Adam's mean of the first derivatives is a tenth of them."""
  optimiser = adamw(Settings(grad_clip=clip))
  params = {'kernel': jnp.zeros((2, 2)), 'bias': jnp.zeros(2)}
  grads = {'kernel': jnp.full((2, 2), 3.0), 'bias': jnp.full(2, 4.0)}
  norm = norm_of(grads)
  _, state = optimiser.update(grads, optimiser.init(params), params)
  (adam,) = (s for s in jax.tree.leaves(state, is_leaf=is_adam) if is_adam(s))
  expected = 0.1 if shrunk else 0.1 * float(norm)
  np.testing.assert_allclose(norm_of(adam.mu), expected, rtol=1e-5)


def norm_of(tree):
  """The norm of all leaves together."""
  return np.sqrt(sum(float((leaf**2).sum()) for leaf in jax.tree.leaves(tree)))


def is_adam(node):
  """Whether this is the state of Adam."""
  return isinstance(node, optax.ScaleByAdamState)


def test_a_state_begins_with_the_variables_of_its_seed(begun, network):
  _, state = begun(optax.sgd(0.0))
  assert isinstance(state, State)
  params, _ = jax.random.split(jax.random.key(0))
  tokens = jnp.zeros((BATCH, 1), jnp.int32)
  expected = jax.jit(network().init)({'params': params}, tokens)
  chex.assert_trees_all_equal(state.variables, expected)
