"""What the runners of every way do, with padding above all."""

import itertools
from collections.abc import Callable
from functools import partial

import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.sequences.rnn import RNN
from core_rnn.pure.as_pure import Cell
from core_rnn.pure.parts import cells as pure_cells
from core_rnn.pure.sequences.rnn import rnn_layer as pure_layer
from core_rnn.scope.parts import cells as scope_cells
from core_rnn.scope.sequences.rnn import rnn_layer as scope_layer
from core_rnn.types import LSTMCarry
from equivalence_tests.suite.ways import OWN, find
from linen_rnn.parts import cells as linen_cells
from linen_rnn.sequences.rnn import RNNLayer

KEY = {'params': jax.random.key(0)}
BATCH, TIME = 4, 5
LENGTHS = jnp.array([3, 5, 0, 1], jnp.int32)
CELLS = {'elman': nn.SimpleCell, 'lstm': nn.LSTMCell, 'gru': nn.GRUCell}
FLAGS = (False, True)


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


@pytest.fixture
def rnn(way):
  """The factory of each way in turn."""
  return way.factory('rnn')


@pytest.fixture
def bidirectional(way):
  """The factory of each way in turn."""
  return way.factory('bidirectional')


def normal(*shape, seed=0):
  return jax.random.normal(jax.random.key(seed), shape)


XS = normal(BATCH, TIME, 2)
VALID = np.arange(TIME) < np.asarray(LENGTHS)[:, None]
NOT_EMPTY = jnp.maximum(LENGTHS, 1)  # of a length of 0 Flax returns another


def with_padding(value):
  """XS, with this value at every step that is padding."""
  return jnp.where(VALID[..., None], XS, value)


def equal(one, other):
  jax.tree.map(np.testing.assert_array_equal, one, other)


def close(one, other):
  """Equal but for the order of the terms of a sum."""
  for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
    np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-6)


def random_variables(model, xs=XS):
  """Variables of the model, biases too drawn at random."""
  shapes = jax.eval_shape(model.init, KEY, xs)
  return jax.tree.map(lambda s: normal(*s.shape, seed=s.shape[0]), shapes)


def initial(cell, seed=7):
  """A first carry of 3 features that is not 0, as Flax has it."""
  h = normal(BATCH, 3, seed=seed)
  return (2 * h, h) if cell == 'lstm' else h


def as_ours(cell, carry):
  """A carry that Flax's cell takes, as ours does."""
  return LSTMCarry(*carry) if cell == 'lstm' and carry is not None else carry


def as_flax_has_it(cell, variables):
  """Variables of ours, as Flax's cell names them."""
  if cell != 'elman':
    return variables
  params = variables['params']['cell']
  theirs = {'i': params['input'], 'h': {'kernel': params['recurrent']}}
  return {'params': {'cell': theirs}}


@pytest.mark.parametrize('reverse', FLAGS)
@pytest.mark.parametrize('cell', CELLS)
def test_padding_reaches_neither_the_carry_nor_the_valid_outputs(
  rnn, cell, reverse
):
  model = rnn(3, cell, reverse=reverse, keep_order=True, return_carry=True)
  variables = random_variables(model)
  carry, ys = model.apply(variables, with_padding(0.0), seq_lengths=LENGTHS)
  assert jnp.isfinite(ys).all()
  for value in (1.0, 1e30, jnp.inf, jnp.nan):
    xs = with_padding(value)
    other_carry, other = model.apply(variables, xs, seq_lengths=LENGTHS)
    equal(carry, other_carry)
    equal(ys[VALID], other[VALID])


@pytest.mark.parametrize('given', FLAGS)
@pytest.mark.parametrize('cell', CELLS)
def test_the_first_carry_is_among_the_outputs_on_request(rnn, cell, given):
  variables = random_variables(rnn(3, cell))
  carry = as_ours(cell, initial(cell)) if given else None
  how = {'initial_carry': carry, 'seq_lengths': LENGTHS}
  first = jnp.zeros((BATCH, 3)) if carry is None else jax.tree.leaves(carry)[-1]
  with_it = {'include_initial_carry': True}
  for turned in ({}, {'reverse': True}):
    ys = rnn(3, cell, **turned).apply(variables, XS, **how)
    more = rnn(3, cell, **turned, **with_it).apply(variables, XS, **how)
    equal(more, jnp.concatenate([first[:, None], ys], 1))
  back = {'reverse': True, 'keep_order': True}
  ys = rnn(3, cell, **back).apply(variables, XS, **how)
  more = rnn(3, cell, **back, **with_it).apply(variables, XS, **how)
  for b, length in enumerate(LENGTHS):
    equal(more[b], jnp.insert(ys[b], length, first[b], axis=0))


@pytest.mark.parametrize('reverse', FLAGS)
@pytest.mark.parametrize('value', [1.0, jnp.nan])
def test_padding_reaches_no_gradient(rnn, value, reverse):
  model = rnn(3, 'elman', reverse=reverse, return_carry=True)
  variables = random_variables(model)

  def loss(variables, xs):
    carry, ys = model.apply(variables, xs, seq_lengths=LENGTHS)
    valid = jnp.where(VALID[..., None], ys, 0)
    return jnp.sum(valid**2) + jnp.sum(carry)

  gradients = jax.grad(loss, (0, 1))
  expected, of_xs = gradients(variables, with_padding(0.0))
  got, of_padded_xs = gradients(variables, with_padding(value))
  equal(expected, got)
  equal(of_xs, of_padded_xs)
  equal(of_xs[~VALID], jnp.zeros_like(of_xs[~VALID]))
  assert jnp.any(of_xs[VALID] != 0)


def test_nan_in_padding_reaches_the_gradients_of_flax():
  runner = nn.RNN(nn.SimpleCell(3))
  variables = runner.init(KEY, XS)

  def loss(variables):
    xs = with_padding(jnp.nan)
    ys = runner.apply(variables, xs, seq_lengths=LENGTHS)
    return jnp.sum(jnp.where(VALID[..., None], ys, 0))

  value, gradients = jax.value_and_grad(loss)(variables)
  assert jnp.isfinite(value)
  assert jnp.isnan(gradients['params']['cell']['i']['kernel']).all()


@pytest.mark.parametrize(('reverse', 'keep_order'), [(0, 0), (1, 0), (1, 1)])
def test_a_padded_sequence_is_the_one_cut_at_its_length(
  rnn, reverse, keep_order
):
  model = rnn(
    3, reverse=bool(reverse), keep_order=bool(keep_order), return_carry=True
  )
  variables = random_variables(model)
  carry, ys = model.apply(variables, XS, seq_lengths=LENGTHS)
  for b, length in enumerate(LENGTHS):
    cut = XS[b : b + 1, :length]
    cut_carry, cut_ys = model.apply(variables, cut)
    close(jax.tree.map(lambda leaf, b=b: leaf[b : b + 1], carry), cut_carry)
    close(ys[b, :length], cut_ys[0])


@pytest.mark.parametrize('reverse', FLAGS)
def test_a_length_of_nought_returns_the_initial_carry(rnn, reverse):
  model = rnn(3, reverse=reverse, return_carry=True)
  variables = random_variables(model)
  first = as_ours('lstm', initial('lstm'))
  nought = jnp.zeros(BATCH, int)
  carry, _ = model.apply(variables, XS, initial_carry=first, seq_lengths=nought)
  equal(carry, first)


def test_flax_returns_the_last_carry_for_a_length_of_nought():
  runner = nn.RNN(nn.SimpleCell(3), return_carry=True)
  variables = runner.init(KEY, XS)
  first = initial('elman')
  through, _ = runner.apply(variables, XS, initial_carry=first)
  carry, _ = runner.apply(
    variables, XS, initial_carry=first, seq_lengths=LENGTHS
  )
  (empty,) = np.flatnonzero(LENGTHS == 0)
  equal(carry[empty], through[empty])
  assert jnp.any(carry[empty] != first[empty])


def test_full_lengths_are_no_lengths(rnn):
  model = rnn(3, 'elman', reverse=True, return_carry=True)
  variables = random_variables(model)
  full = jnp.full(BATCH, TIME)
  close(
    model.apply(variables, XS, seq_lengths=full), model.apply(variables, XS)
  )


@pytest.mark.parametrize('dtype', ['uint8', 'int8', 'uint32'])
def test_lengths_are_integers_of_any_kind(rnn, dtype):
  model = rnn(1, 'elman', reverse=True)
  xs, long = jnp.ones((1, 300, 1)), jnp.array([100])
  variables = random_variables(model, xs)
  equal(
    model.apply(variables, xs, seq_lengths=long.astype(dtype)),
    model.apply(variables, xs, seq_lengths=long),
  )


def test_a_length_beyond_the_end_is_the_end(rnn):
  model = rnn(3, 'elman', reverse=True, return_carry=True)
  variables = random_variables(model)
  beyond, full = jnp.full(BATCH, TIME + 2), jnp.full(BATCH, TIME)
  equal(
    model.apply(variables, XS, seq_lengths=beyond),
    model.apply(variables, XS, seq_lengths=full),
  )


def test_no_steps_return_the_initial_carry_and_no_outputs(rnn):
  model = rnn(3, return_carry=True, reverse=True)
  variables, none = random_variables(model), jnp.zeros((BATCH, 0, 2))
  first = as_ours('lstm', initial('lstm'))
  for lengths in (None, jnp.zeros(BATCH, int)):
    carry, ys = model.apply(
      variables, none, initial_carry=first, seq_lengths=lengths
    )
    equal(carry, first)
    assert ys.shape == (BATCH, 0, 3)


@pytest.mark.parametrize('cell', CELLS)
def test_a_batch_is_its_sequences_each_by_itself(way, cell):
  model, alone = way.factory('rnn')(3, cell), way.factory(cell)(3)
  variables = random_variables(model)
  ys = model.apply(variables, XS)
  for x, y in zip(XS, ys, strict=True):
    close(alone.apply(variables, x)[1], y)


def test_reverse_returns_outputs_as_they_came_and_keep_order_turns_them(rnn):
  reverse = rnn(3, 'elman', reverse=True)
  variables = random_variables(reverse)
  came = reverse.apply(variables, XS)
  kept = rnn(3, 'elman', reverse=True, keep_order=True).apply(variables, XS)
  equal(came, kept[:, ::-1])
  close(came, rnn(3, 'elman').apply(variables, XS[:, ::-1]))


def test_padding_stays_at_the_end_in_either_order(rnn):
  model = rnn(3, 'elman', reverse=True)
  variables = random_variables(model)
  came = model.apply(variables, XS, seq_lengths=LENGTHS)
  kept = rnn(3, 'elman', reverse=True, keep_order=True)
  kept = kept.apply(variables, XS, seq_lengths=LENGTHS)
  for b, length in enumerate(LENGTHS):
    equal(came[b, :length], kept[b, :length][::-1])
    equal(came[b, length:], kept[b, length:])


@pytest.mark.parametrize('reverse', FLAGS)
def test_outputs_at_padding_are_that_of_the_last_step_again(rnn, reverse):
  model = rnn(3, reverse=reverse, keep_order=True)
  variables = random_variables(model)
  ys = model.apply(variables, with_padding(jnp.nan), seq_lengths=LENGTHS)
  halves = model.apply(variables, jnp.full_like(XS, 0.5))
  first = -1 if reverse else 0  # the step that starts from the first carry
  for b, length in enumerate(LENGTHS):
    again = ys[b, length - 1] if length else halves[b, first]
    for y in ys[b, length:]:
      close(y, again)


@pytest.mark.parametrize('time_major', FLAGS)
@pytest.mark.parametrize('model', ['rnn', 'bidirectional'])
def test_with_zero_padding_outputs_at_padding_are_0_and_no_others_change(
  way, model, time_major
):
  how = {'time_major': time_major, 'return_carry': True}
  plain = way.factory(model)(3, 'gru', **how)
  zeroed = way.factory(model)(3, 'gru', **how, zero_padding=True)
  xs = with_padding(jnp.nan)
  xs, valid = (xs.swapaxes(0, 1), VALID.T) if time_major else (xs, VALID)
  variables = random_variables(plain, xs)
  carry, ys = plain.apply(variables, xs, seq_lengths=LENGTHS)
  same_carry, zeros = zeroed.apply(variables, xs, seq_lengths=LENGTHS)
  equal(same_carry, carry)
  equal(zeros, jnp.where(valid[..., None], ys, 0))
  assert jnp.all(ys != 0)
  equal(zeroed.apply(variables, XS), plain.apply(variables, XS))


def test_what_merges_need_not_take_zeros(bidirectional):
  """It is given outputs, and what it returns is made 0."""
  ratio = bidirectional(3, merge_fn=jnp.divide, zero_padding=True)
  variables = random_variables(ratio)

  def apply(variables):
    return ratio.apply(variables, XS, seq_lengths=LENGTHS)

  ys, pull = jax.vjp(apply, variables)
  equal(ys[~VALID], jnp.zeros_like(ys[~VALID]))
  for leaf in jax.tree.leaves(pull(jnp.ones_like(ys))):
    assert jnp.isfinite(leaf).all()


def first_steps(lengths):
  """Which steps [batch, time] are valid; all, if no lengths are given."""
  whole = np.full(BATCH, TIME) if lengths is None else np.asarray(lengths)
  return np.arange(TIME) < whole[:, None]


def agree_with_flax(cell, padded, initial_carry, **how):
  """Carry and valid outputs of every way are those of `nn.RNN`."""
  xs = XS.swapaxes(0, 1) if how.get('time_major') else XS
  lengths = NOT_EMPTY if padded else None
  models = [
    find(way).factory('rnn')(3, cell, return_carry=True, **how) for way in OWN
  ]
  variables = random_variables(models[0], xs)
  first = initial(cell) if initial_carry else None
  runner = nn.RNN(CELLS[cell](3), return_carry=True, **how)
  theirs = as_flax_has_it(cell, variables)
  their_carry, their_ys = runner.apply(
    theirs, xs, initial_carry=first, seq_lengths=lengths
  )
  valid = first_steps(lengths)
  valid = valid.T if how.get('time_major') else valid
  for model in models:
    ours = as_ours(cell, first)
    carry, ys = model.apply(
      variables, xs, initial_carry=ours, seq_lengths=lengths
    )
    close(carry, their_carry)
    close(ys[valid], their_ys[valid])


@pytest.mark.parametrize(
  ('time_major', 'reverse', 'keep_order', 'padded', 'unroll'),
  list(itertools.product(FLAGS, FLAGS, FLAGS, FLAGS, (1, 2))),
)
def test_it_agrees_with_that_of_flax(
  time_major, reverse, keep_order, padded, unroll
):
  how = {'reverse': reverse, 'keep_order': keep_order, 'unroll': unroll}
  agree_with_flax('elman', padded, False, time_major=time_major, **how)


@pytest.mark.parametrize('reverse', FLAGS)
@pytest.mark.parametrize('cell', CELLS)
def test_it_agrees_with_that_of_flax_from_a_carry_with_any_cell(cell, reverse):
  agree_with_flax(cell, True, True, reverse=reverse)


@pytest.mark.parametrize('cell', ['lstm', 'gru'])
def test_the_variables_of_flax_are_its_own(rnn, cell):
  theirs = jax.eval_shape(nn.RNN(CELLS[cell](3)).init, KEY, XS)
  assert jax.eval_shape(rnn(3, cell).init, KEY, XS) == theirs


def runners(monkeypatch, step, scope_step, linen_cell, reverse):
  """The runner of each way, of a cell that stands in for the Elman cell."""
  n = RNN(2, 'elman', reverse=reverse, keep_order=True, return_carry=True)
  in_pure = lambda _: Cell(lambda draw, inputs: {}, step)
  monkeypatch.setitem(pure_cells.CELLS, 'elman', in_pure)
  monkeypatch.setitem(scope_cells.CELLS, 'elman', lambda _: scope_step)
  in_linen = lambda _, name: linen_cell(name=name)
  monkeypatch.setitem(linen_cells.CELLS, 'elman', in_linen)
  _, apply = pure_layer(n)
  return {
    'pure': lambda variables, *given: apply(variables['params'], *given),
    'scope': core.apply(scope_layer(n)),
    'linen': RNNLayer(n).apply,
  }


class LinenTally(nn.Module):
  """How many steps, and the sum of what came; with no parameters at all."""

  def __call__(self, carry, x):
    return tally(None, carry, x)


def tally(params, carry, x):
  del params
  carry = {'steps': carry['steps'] + 1, 'sum': carry['sum'] + x}
  return carry, carry['sum']


def test_any_cell_runs_of_any_carry(monkeypatch):
  every = runners(monkeypatch, tally, tally, LinenTally, reverse=True)
  variables = {'params': {'cell': {}}}
  begin = {
    'steps': jnp.zeros(len(XS), int),
    'sum': jnp.zeros((len(XS), XS.shape[-1])),
  }
  valid = with_padding(0.0)
  for run in every.values():
    carry, ys = run(variables, XS, begin, LENGTHS)
    equal(carry['steps'], LENGTHS)
    close(carry['sum'], valid.sum(1))
    close(ys[VALID], jnp.cumsum(valid[:, ::-1], 1)[:, ::-1][VALID])


def unit(h, x):
  return jnp.tanh(h + x / jnp.sqrt(jnp.sum(x**2)))


def logarithm(h, x):
  return h + jnp.log(1 - x) + jnp.log(x)


def countdown(h, x):
  """h - 1, which a sequence that starts from its length takes to 0."""
  return jnp.sqrt(h) ** 2 - 1 + 0 * x


DELICATE = {'unit': unit, 'logarithm': logarithm, 'countdown': countdown}
EVERY_LENGTH = np.arange(TIME + 1)
LONGER = (np.arange(TIME) < EVERY_LENGTH[:, None])[..., None]


class LinenDelicate(nn.Module):
  """h_t = w f(h_{t-1}, x_t), of a parameter w [2]."""

  f: Callable

  @nn.compact
  def __call__(self, h, x):
    h = self.param('w', lambda key: jnp.ones(2)) * self.f(h, x)
    return h, h


def delicate_runners(monkeypatch, f, reverse):
  """variables, xs, h_0, lengths -> carry, ys of each way, with such a cell."""

  def step(params, h, x):
    h = params['w'] * f(h, x)
    return h, h

  def scope_step(scope, h, x):
    h = scope.param('w', lambda key: jnp.ones(2)) * f(h, x)
    return h, h

  linen_cell = partial(LinenDelicate, f)
  return runners(monkeypatch, step, scope_step, linen_cell, reverse)


def sums(h, ys):
  """The sum of every last carry, and that of every output but padding."""
  return jnp.sum(h), jnp.sum(jnp.where(LONGER, ys, 0))


def of_each_cut(f, reverse, w, xs, h):
  """Carry and ys of each sequence, by a loop over its own steps alone."""
  ys = jnp.zeros_like(xs)
  for b, length in enumerate(EVERY_LENGTH):
    for t in range(length)[:: -1 if reverse else 1]:
      h = h.at[b].set(w * f(h[b], xs[b, t]))
      ys = ys.at[b, t].set(h[b])
  return sums(h, ys)


def product_with_ones(function):
  """What a function of (w, xs, h) to sums returns, and its derivatives."""

  def run(*ins):
    value, pull = jax.vjp(function, *ins)
    return value, pull(jax.tree.map(jnp.ones_like, value))

  return jax.jit(run)


@pytest.mark.parametrize('reverse', FLAGS)
@pytest.mark.parametrize('f', DELICATE.values(), ids=DELICATE)
def test_a_cell_that_not_every_input_suits_never_sees_the_padding(
  f, reverse, monkeypatch
):
  """Value and gradient are those of each sequence cut, of every length."""
  w, h = jnp.ones(2), jnp.tile(np.fmax(EVERY_LENGTH, 1.0)[:, None], 2)
  xs = jax.random.uniform(
    jax.random.key(0), (TIME + 1, TIME, 2), minval=0.1, maxval=0.9
  )
  cut = product_with_ones(partial(of_each_cut, f, reverse))
  expected = cut(w, xs, h)
  for runner in delicate_runners(monkeypatch, f, reverse).values():

    def padded(w, xs, h, runner=runner):
      variables = {'params': {'cell': {'w': w}}}
      return sums(*runner(variables, xs, h, jnp.asarray(EVERY_LENGTH)))

    run = product_with_ones(padded)
    for padding in (0.0, 1.0, -1e30, jnp.inf, jnp.nan):
      got = run(w, jnp.where(LONGER, xs, padding), h)
      close(got, expected)


def both_ways(way, **how):
  """A bidirectional model, its variables, and those of each direction."""
  model = way.factory('bidirectional')(3, **how)
  variables = random_variables(model)
  params = variables['params']
  names = ('forward_rnn', 'backward_rnn')
  return model, variables, *({'params': params[name]} for name in names)


def test_each_direction_runs_as_a_runner_of_its_own(way):
  how = {'cell': 'elman', 'return_carry': True}
  model, variables, forward, backward = both_ways(way, **how)
  (on, back), ys = model.apply(variables, XS, seq_lengths=LENGTHS)
  rnn = way.factory('rnn')
  forwards = rnn(3, **how)
  backwards = rnn(3, reverse=True, keep_order=True, **how)
  carry, half = forwards.apply(forward, XS, seq_lengths=LENGTHS)
  equal((on, ys[..., :3]), (carry, half))
  carry, half = backwards.apply(backward, XS, seq_lengths=LENGTHS)
  equal((back, ys[..., 3:]), (carry, half))


def test_any_function_merges_the_two(way):
  halves, variables, *_ = both_ways(way, cell='elman')
  added, *_ = both_ways(way, cell='elman', merge_fn=jnp.add)
  ys = halves.apply(variables, XS)
  equal(added.apply(variables, XS), ys[..., :3] + ys[..., 3:])


def test_the_first_output_knows_the_last_input_and_no_padding(bidirectional):
  model = bidirectional(3, 'elman')
  variables = random_variables(model)

  def first(xs):
    return model.apply(variables, xs, seq_lengths=LENGTHS)[:, 0].sum()

  known = jnp.any(jax.grad(first)(XS) != 0, -1)
  np.testing.assert_array_equal(known, VALID)


def test_the_two_directions_are_drawn_apart(bidirectional):
  params = bidirectional(3, 'elman').init(KEY, XS)['params']
  forward, backward = params['forward_rnn'], params['backward_rnn']
  kernels = [tree['cell']['input']['kernel'] for tree in (forward, backward)]
  assert jnp.all(kernels[0] != kernels[1])


@pytest.mark.parametrize('merged', [{}, {'merge_fn': jnp.add}])
@pytest.mark.parametrize(
  ('time_major', 'padded'), list(itertools.product(FLAGS, FLAGS))
)
def test_both_directions_agree_with_those_of_flax(time_major, padded, merged):
  how = {'time_major': time_major, 'return_carry': True, **merged}
  xs = XS.swapaxes(0, 1) if time_major else XS
  lengths = NOT_EMPTY if padded else None
  cells = (nn.RNN(nn.GRUCell(3)), nn.RNN(nn.GRUCell(3)))
  models = [both_ways(find(way), cell='gru', **how) for way in OWN]
  _, variables, *_ = models[0]
  theirs = nn.Bidirectional(*cells, **how)
  their_carry, their_ys = theirs.apply(variables, xs, seq_lengths=lengths)
  valid = first_steps(lengths)
  valid = valid.T if time_major else valid
  for model, *_ in models:
    carry, ys = model.apply(variables, xs, seq_lengths=lengths)
    close(carry, their_carry)
    close(ys[valid], their_ys[valid])
