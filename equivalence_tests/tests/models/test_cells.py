"""What the gated cells of every way do, and how they stand to Flax's own."""

import dataclasses
from functools import partial
from typing import Any

import jax
import numpy as np
import pytest
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.types import LSTMCarry
from equivalence_tests.suite.cases import Setting
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.operations import count
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.terminal.table import tabulate

KEY = {'params': jax.random.key(0)}
SHUT, OPEN = -200.0, 200.0  # the sigmoid of these is 0 and 1 in float32
MODELS = ('lstm', 'optimized_lstm', 'gru', 'mgu', 'conv_lstm')
PAIRS = ('lstm', 'optimized_lstm', 'conv_lstm')  # whose carry is (c, h)
LECUN = nn.linear.default_kernel_init  # all that Flax's ConvLSTMCell draws with
INITS: dict[str, Any] = {
  'kernel_init': uniform(),
  'recurrent_kernel_init': uniform(),
}
FLAX = {
  'lstm': partial(nn.LSTMCell, 3, bias_init=zeros, **INITS),
  'optimized_lstm': partial(nn.OptimizedLSTMCell, 3, bias_init=zeros, **INITS),
  'gru': partial(nn.GRUCell, 3, bias_init=zeros, **INITS),
  'mgu': partial(
    nn.MGUCell,
    3,
    forget_bias_init=ones,
    activation_bias_init=zeros,
    **INITS,
  ),
  'conv_lstm': partial(nn.ConvLSTMCell, 3, (3, 3)),
}


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def normal(shape, seed=0):
  return jax.random.normal(jax.random.key(seed), shape)


def shape_of(model, *lead):
  """A sequence of five vectors, or of three images."""
  return (*lead, *((3, 3, 2, 2) if model == 'conv_lstm' else (5, 2)))


def carry_of(model, *lead):
  """A carry of three features, drawn."""
  shape = (*lead, *shape_of(model)[1:-1], 3)
  c, h = normal(shape, 1), normal(shape, 2)
  return LSTMCarry(c, h) if model in PAIRS else h


def made(way, model, **hyperparameters):
  """The model of three features, with drawn variables, and what it reads."""
  one, xs = way.factory(model)(3, **hyperparameters), normal(shape_of(model))
  return one, jax.jit(one.init)(KEY, xs), xs


def set_bias(variables, layer, values):
  """The variables with another bias in one layer of the cell."""
  cell = variables['params']['cell']
  old = cell[layer]['bias']
  bias = jnp.broadcast_to(jnp.asarray(values, old.dtype), old.shape)
  return {'params': {'cell': {**cell, layer: {**cell[layer], 'bias': bias}}}}


def kept(model, variables):
  """The variables with gates that keep all that was, and let nothing in."""
  if model == 'conv_lstm':
    gates = np.repeat([SHUT, 0, OPEN, 0], 3)
    return set_bias(variables, 'ih', gates)
  if model in PAIRS:
    return set_bias(set_bias(variables, 'hi', SHUT), 'hf', OPEN)
  return set_bias(variables, 'iz' if model == 'gru' else 'if', OPEN)


@pytest.mark.parametrize('model', MODELS)
def test_gates_that_keep_all_hand_the_memory_on_as_it_was(way, model):
  one, variables, xs = made(way, model)
  first = carry_of(model)
  last, _ = one.apply(kept(model, variables), xs, initial_carry=first)
  was, now = (carry.c if model in PAIRS else carry for carry in (first, last))
  np.testing.assert_array_equal(now, was)


@pytest.mark.parametrize('model', PAIRS)
def test_the_carry_is_named_and_its_output_is_the_last(way, model):
  one, variables, xs = made(way, model)
  carry, hs = one.apply(variables, xs)
  assert isinstance(carry, LSTMCarry)
  np.testing.assert_array_equal(carry.h, hs[-1])


@pytest.mark.parametrize('model', MODELS)
def test_a_sequence_is_its_parts_one_after_the_other(way, model):
  one, variables, xs = made(way, model)
  whole, hs = one.apply(variables, xs)
  middle, first = one.apply(variables, xs[:2])
  last, second = one.apply(variables, xs[2:], initial_carry=middle)
  np.testing.assert_array_equal(hs, jnp.concatenate([first, second]))
  jax.tree.map(np.testing.assert_array_equal, last, whole)


def test_the_fused_lstm_draws_the_variables_of_the_plain_one(way):
  _, plain, _ = made(way, 'lstm', bias_init=uniform())
  _, fused, _ = made(way, 'optimized_lstm', bias_init=uniform())
  jax.tree.map(np.testing.assert_array_equal, fused, plain)


def test_the_fused_lstm_is_the_plain_one_on_its_variables(way):
  plain, variables, xs = made(way, 'lstm', bias_init=uniform(1.0))
  fused = way.factory('optimized_lstm')(3)
  expected = plain.apply(variables, xs)
  got = fused.apply(variables, xs)
  assert_close = partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-6)
  jax.tree.map(assert_close, got, expected)


def test_the_fused_lstm_multiplies_twice_where_the_plain_one_does_eight_times(
  way,
):
  products = {}
  for model in ('lstm', 'optimized_lstm'):
    one, variables, xs = made(way, model)
    text = jax.jit(one.apply).lower(variables, xs).as_text()
    products[model] = text.count('stablehlo.dot_general')
  assert products == {'lstm': 8, 'optimized_lstm': 2}


def test_the_fused_lstm_takes_as_many_operations_as_the_plain_one(way):
  counts = [
    count(one.apply, variables, xs)
    for one, variables, xs in (
      made(way, 'lstm'),
      made(way, 'optimized_lstm'),
    )
  ]
  assert counts[0] == counts[1]


def test_a_gru_whose_reset_gate_is_shut_does_not_see_h_in_its_candidate(way):
  one, variables, xs = made(way, 'gru')
  shut = set_bias(set_bias(variables, 'ir', SHUT), 'iz', SHUT)
  shut = set_bias(shut, 'hn', 5.0)
  _, hs = one.apply(shut, xs, initial_carry=carry_of('gru'))
  expected = np.tanh(xs @ variables['params']['cell']['in']['kernel'])
  np.testing.assert_allclose(hs, expected, rtol=1e-5, atol=1e-6)


def test_a_gru_biases_the_recurrent_product_of_its_candidate_alone(way):
  _, variables, _ = made(way, 'gru')
  cell = variables['params']['cell']
  biased = {name for name, layer in cell.items() if 'bias' in layer}
  assert biased == {'ir', 'iz', 'in', 'hn'}


def test_the_forget_bias_of_an_mgu_starts_at_one_and_the_others_at_nought(way):
  _, variables, _ = made(way, 'mgu')
  cell = variables['params']['cell']
  biases = {
    name: layer['bias'].tolist()
    for name, layer in cell.items()
    if 'bias' in layer
  }
  assert biases == {'if': [1.0] * 3, 'in': [0.0] * 3, 'hn': [0.0] * 3}


def test_an_mgu_takes_an_initializer_for_the_biases_of_either_kind(way):
  sevens = lambda key, shape: jnp.full(shape, 7.0)
  _, forget, _ = made(way, 'mgu', forget_bias_init=sevens)
  _, active, _ = made(way, 'mgu', activation_bias_init=sevens)
  for variables, layers in ((forget, {'if'}), (active, {'in', 'hn'})):
    cell = variables['params']['cell']
    biased = {n for n in ('if', 'in', 'hn') if (cell[n]['bias'] == 7).all()}
    assert biased == layers


@pytest.mark.parametrize('reset_gate', [True, False])
def test_an_mgu_sees_h_in_its_candidate_through_its_gate_or_whole(
  way, reset_gate
):
  one, variables, xs = made(way, 'mgu', reset_gate=reset_gate)
  shut = set_bias(variables, 'if', SHUT)
  h = carry_of('mgu')
  _, hs = one.apply(shut, xs[:1], initial_carry=h)
  cell = variables['params']['cell']
  seen = 0 if reset_gate else h @ cell['hn']['kernel']
  expected = np.tanh(xs[0] @ cell['in']['kernel'] + cell['in']['bias'] + seen)
  np.testing.assert_allclose(hs[0], expected, rtol=1e-5, atol=1e-6)


def test_without_a_reset_gate_an_mgu_has_one_bias_less(way):
  _, variables, _ = made(way, 'mgu', reset_gate=False)
  cell = variables['params']['cell']
  biased = {name for name, layer in cell.items() if 'bias' in layer}
  assert biased == {'if', 'in'}


def lstm_of_pixels(variables):
  """Variables of the LSTM that a convolution of one pixel is."""
  ih, hh = (variables['params']['cell'][name] for name in ('ih', 'hh'))
  bias = np.split(ih['bias'] + hh['bias'], 4)
  bias[2] = bias[2] + 1
  into, back = (np.split(layer['kernel'][0, 0], 4, -1) for layer in (ih, hh))
  cell = {}
  for n, gate in enumerate('igfo'):
    cell[f'i{gate}'] = {'kernel': into[n]}
    cell[f'h{gate}'] = {'kernel': back[n], 'bias': bias[n]}
  return {'params': {'cell': cell}}


def test_a_convolution_of_one_pixel_is_an_lstm_at_every_pixel(way):
  one, variables, xs = made(
    way, 'conv_lstm', kernel_size=(1, 1), bias_init=uniform(1.0)
  )
  _, images = one.apply(variables, xs)
  lstm, same = way.factory('lstm')(3), lstm_of_pixels(variables)
  over_pixels = jax.vmap(jax.vmap(lstm.apply, (None, 1), 1), (None, 1), 1)
  _, pixels = over_pixels(same, xs)
  np.testing.assert_allclose(images, pixels, rtol=1e-5, atol=1e-6)


def test_an_image_moved_comes_out_moved(way):
  one = way.factory('conv_lstm')(1, kernel_size=(3, 3))
  xs = jnp.zeros((1, 5, 6, 1)).at[0, 2, 2].set(1.0)
  variables = one.init(KEY, xs)
  _, ys = one.apply(variables, xs)
  _, moved = one.apply(variables, jnp.roll(xs, (-1, 1), (1, 2)))
  assert jnp.unique(ys).size > 9
  np.testing.assert_array_equal(moved, jnp.roll(ys, (-1, 1), (1, 2)))


def test_a_kernel_of_an_even_size_looks_ahead(way):
  """Of two rows it sees its own and the next; beyond the last there is 0."""
  one = way.factory('conv_lstm')(1, kernel_size=(2, 1))
  xs = jnp.zeros((1, 5, 6, 1)).at[0, 2, 2].set(1.0)
  variables = one.init(KEY, xs)
  _, ys = one.apply(variables, xs)
  rows, columns = np.nonzero(np.asarray(ys[0, ..., 0]))
  assert {*rows.tolist()} == {1, 2}
  assert {*columns.tolist()} == {2}


def test_a_convolution_takes_the_operations_that_are_counted_by_hand(way):
  """Two of 3 x 3 x 2 products to each of 3 x 2 pixels and 4 x 2 filters."""
  sizes = {'time': 3, 'height': 3, 'width': 2, 'inputs': 2}
  setting = Setting({'features': 2}, sizes)
  pixels, filters, terms = 3 * 2, 4 * 2, 3 * 3 * 2
  convolution = pixels * filters * (2 * terms - 1)
  rest = pixels * filters * 3 + pixels * 2 * (1 + 3 + 2 + 4)
  one = tabulate(way, CASES['conv_lstm'], setting)
  assert one.operations == 3 * (2 * convolution + rest)


def program(function, *arguments):
  """The StableHLO text of a function, its results told by their order."""

  def main(*arguments):
    return jax.tree.leaves(function(*arguments))

  return jax.jit(main).lower(*arguments).as_text()


def products(apply, variables, xs, carry):
  """What vjp and jvp make of an apply, at any vectors."""

  def function(variables, xs, carry):
    return jax.tree.leaves(apply(variables, xs, carry))

  ys, vjp = jax.vjp(function, variables, xs, carry)
  ins = (variables, xs, carry)
  return vjp(ys), jax.jvp(function, ins, ins)


def ours(way, model, **hyperparameters):
  """The model with the initializers of `FLAX`, as init and apply."""
  inits = {'kernel_init': LECUN, 'recurrent_init': LECUN}
  hyperparameters |= inits if model == 'conv_lstm' else {}
  one = find(way).factory(model)(3, **hyperparameters)
  apply = lambda v, xs, carry=None: one.apply(v, xs, initial_carry=carry)
  return one.init, apply


def theirs(model, dtype=None, **options):
  """`nn.RNN` of Flax's own cell, as init and apply."""
  cell = FLAX[model](dtype=dtype)
  rnn = nn.RNN(cell, return_carry=True, keep_order=True, **options)

  def apply(variables, xs, carry=None):
    carry = tuple(carry) if isinstance(carry, LSTMCarry) else carry
    return rnn.apply(variables, xs, initial_carry=carry)

  return rnn.init, apply


def programs(model, functions, *lead):
  """The texts of init, apply from a given carry, and its derivatives."""
  init, apply = functions
  xs, carry = normal(shape_of(model, *lead)), carry_of(model, *lead)
  variables = find('pure').factory(model)(3).init(KEY, xs[0] if lead else xs)
  return {
    'init': program(init, KEY, xs) if not lead else '',
    'apply': program(apply, variables, xs, carry),
    'derivatives': program(partial(products, apply), variables, xs, carry),
  }


@pytest.mark.parametrize('unroll', [1, 2])
@pytest.mark.parametrize('model', MODELS)
def test_from_a_given_carry_flaxs_own_network_is_the_same_program(
  model, unroll
):
  mine = programs(model, ours('pure', model, unroll=unroll))
  flaxs = programs(model, theirs(model, unroll=unroll))
  assert mine == flaxs


@pytest.mark.parametrize('model', MODELS)
def test_from_no_carry_too_it_is_the_same_program(model):
  _, apply = ours('pure', model)
  _, flaxs = theirs(model)
  xs = normal(shape_of(model))
  variables = find('pure').factory(model)(3).init(KEY, xs)
  assert program(apply, variables, xs) == program(flaxs, variables, xs)


def test_in_reverse_flax_turns_the_sequence_round_twice_and_we_the_loop():
  mine = programs('gru', ours('pure', 'gru', reverse=True))['apply']
  flaxs = programs('gru', theirs('gru', reverse=True))['apply']
  assert 'stablehlo.reverse' not in mine
  assert 'stablehlo.reverse' in flaxs


def operations(text):
  """The operations of a program, each as often as it is there."""
  words = (word for word in text.split() if word.startswith('stablehlo.'))
  return sorted(words)


def test_in_another_dtype_flax_casts_the_bias_before_the_product():
  """The operations are the same, in another order: another text."""
  dtype = 'bfloat16'
  xs, carry = normal((5, 2)), carry_of('gru').astype(dtype)
  variables = find('pure').factory('gru')(3).init(KEY, xs)
  mine, flaxs = (
    program(apply, variables, xs, carry)
    for _, apply in (ours('pure', 'gru', dtype=dtype), theirs('gru', dtype))
  )
  assert mine != flaxs
  assert operations(mine) == operations(flaxs)


def test_of_a_batch_flax_reshapes_the_bias_that_vmap_broadcasts():
  init, apply = ours('pure', 'gru')
  batched = jax.vmap(apply, (None, 0, 0))
  mine = programs('gru', (init, batched), 4)['apply']
  flaxs = programs('gru', theirs('gru'), 4)['apply']
  biases = 4
  for text, reshapes in ((mine, 0), (flaxs, biases)):
    to_row = '(tensor<3xf32>) -> tensor<1x3xf32>'
    rows = [line for line in text.splitlines() if to_row in line]
    assert len(rows) == biases
    assert sum('stablehlo.reshape' in row for row in rows) == reshapes


def test_flaxs_convolutional_cell_lets_nobody_choose_its_initializers():
  fields = {field.name for field in dataclasses.fields(nn.ConvLSTMCell)}
  assert not fields & {'kernel_init', 'recurrent_kernel_init', 'bias_init'}
