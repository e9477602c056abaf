"""Weights from PyTorch compute here what they computed there, and go back.

The numbers are PyTorch's own, in float64, from `make_pytorch.py`.
"""

import json
from functools import cache
from pathlib import Path

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from core_rnn.weights.pytorch import from_pytorch, to_pytorch
from equivalence_tests.suite.strictness import width
from equivalence_tests.suite.ways import OWN, find

FILE = Path(__file__).with_name('pytorch.json')
MADE = json.loads(FILE.read_text())
LENGTHS = np.array(MADE['lengths'])
FEATURES = 3
NEAR = 1e-13  # of float64, whose last place is 2e-16


def named(case):
  """What a case is, in words."""
  words = [case['cell'], f'{layers_of(case)} layers']
  words += ['both ways'] if goes_both_ways(case) else []
  return ' '.join(words + ['packed'] * case['packed'])


def layers_of(case):
  """How many layers there are."""
  ends = [name.split('_l')[1] for name in case['state']]
  return len({end.removesuffix('_reverse') for end in ends})


def goes_both_ways(case):
  """Whether it goes forward and backward."""
  return any(name.endswith('_reverse') for name in case['state'])


def arrays(tree):
  """Lists by name as arrays."""
  return {name: np.array(value) for name, value in tree.items()}


@pytest.fixture(autouse=True)
def in_float64():
  with width('float64'):
    yield


@pytest.fixture(params=MADE['cases'], ids=named)
def case(request):
  return request.param


@pytest.fixture(params=OWN)
def way(request):
  return request.param


@cache
def program(way, cell, both, packed):
  """Layers, xs -> the last carry of the last layer, if it goes one way; ys."""
  factory = find(way).factory('bidirectional' if both else 'rnn')
  how = {} if both else {'return_carry': True}
  with width('float64'):
    model = factory(
      FEATURES, cell, param_dtype='float64', zero_padding=True, **how
    )
  lengths = {'seq_lengths': jnp.asarray(LENGTHS)} if packed else {}

  @jax.jit
  def in_turn(layers, xs):
    carry, ys = None, xs
    for variables in layers:
      ys = model.apply(variables, ys, **lengths)
      carry, ys = (None, ys) if both else ys
    return carry, ys

  return in_turn


def run(way, case, layers, xs):
  """What a way makes of the inputs of a case."""
  both = goes_both_ways(case)
  return program(way, case['cell'], both, case['packed'])(layers, xs)


def test_outputs_are_those_of_pytorch(case, way):
  layers = from_pytorch(arrays(case['state']), case['cell'])
  assert len(layers) == layers_of(case)
  _, ys = run(way, case, layers, np.array(case['xs']))
  np.testing.assert_allclose(ys, np.array(case['ys']), rtol=0, atol=NEAR)


ONE_WAY = [case for case in MADE['cases'] if not goes_both_ways(case)]


@pytest.mark.parametrize('case', ONE_WAY, ids=named)
def test_the_last_carry_is_that_of_pytorch(case, way):
  layers = from_pytorch(arrays(case['state']), case['cell'])
  carry, _ = run(way, case, layers, np.array(case['xs']))
  expected = [part[-1] for part in case['last']]  # h, and for an LSTM c
  parts = [carry.h, carry.c] if case['cell'] == 'lstm' else [carry]
  for got, want in zip(parts, expected, strict=True):
    np.testing.assert_allclose(got, np.array(want), rtol=0, atol=NEAR)


def test_derivatives_are_those_of_pytorch(case):
  """Of the inputs and of every weight; a bias has that of each of its two.

  That the ways have one derivative is claimed elsewhere.
  """
  layers = from_pytorch(arrays(case['state']), case['cell'])
  weights = np.cos(np.arange(np.array(case['ys']).size))

  def weighted(layers, xs):
    return (run(next(iter(OWN)), case, layers, xs)[1].ravel() * weights).sum()

  xs = np.array(case['xs'])
  of_layers, of_xs = jax.grad(weighted, (0, 1))(layers, xs)
  np.testing.assert_allclose(of_xs, np.array(case['of_xs']), atol=NEAR)
  expected = arrays(case['of_state'])
  got = to_pytorch(of_layers, case['cell'])
  for name, slope in got.items():
    want = expected[name]
    if name.startswith('bias_hh'):  # that of h in n alone is one of ours
      of_n = case['cell'] == 'gru'
      slope, want = (part[-FEATURES:] * of_n for part in (slope, want))
    np.testing.assert_allclose(slope, want, atol=NEAR, err_msg=name)


def test_what_goes_back_is_the_same_model(case):
  """The two biases of PyTorch become one and nothing, so their sum is kept."""
  layers = from_pytorch(arrays(case['state']), case['cell'])
  state = to_pytorch(layers, case['cell'])
  assert {n: w.shape for n, w in state.items()} == {
    n: np.shape(w) for n, w in case['state'].items()
  }
  again = from_pytorch(state, case['cell'])
  jax.tree.map(np.testing.assert_array_equal, layers, again)


def test_they_are_the_variables_that_init_makes(case):
  layers = from_pytorch(arrays(case['state']), case['cell'])
  both = goes_both_ways(case)
  factory = find('pure').factory('bidirectional' if both else 'rnn')
  model = factory(FEATURES, case['cell'], param_dtype='float64')
  made = model.init(jax.random.key(0), np.array(case['xs']))
  shapes = lambda tree: jax.tree.map(
    lambda leaf: (leaf.shape, leaf.dtype), tree
  )
  assert shapes(layers[0]) == shapes(made)


def test_without_biases_they_are_zero(case):
  state = {n: w for n, w in arrays(case['state']).items() if 'weight' in n}
  leaves = jax.tree_util.tree_leaves_with_path(
    from_pytorch(state, case['cell'])
  )
  biases = [w for path, w in leaves if 'bias' in jax.tree_util.keystr(path)]
  assert biases
  assert not any(bias.any() for bias in biases)


GRU = arrays(MADE['cases'][6]['state'])
OF_GRU = from_pytorch(GRU, 'gru')


@pytest.mark.parametrize(
  ('state', 'cell', 'said'),
  [
    (GRU, 'rnn', "cell: expected one of elman, lstm, gru, got 'rnn'"),
    ({}, 'gru', 'state: expected weight_ih_l0, weight_hh_l0, ..., got nothing'),
    (
      {**GRU, 'weight_hr_l0': GRU['weight_hh_l0']},
      'gru',
      r"expected weight_ih_l0, .*, got \['weight_hr_l0'\]",
    ),
    (GRU, 'lstm', r'expected weight_ih_l0 of 4 x 3 rows, got shape \(9, 2\)'),
    (
      {n: w for n, w in GRU.items() if n != 'weight_hh_l0'},
      'gru',
      r"expected weight_hh_l0, got \['bias_hh_l0', ",
    ),
    *(
      (
        {n: w for n, w in GRU.items() if n != f'bias_{one}_l0'},
        'gru',
        rf"expected bias_{one}_l0, got \['bias_{other}_l0', ",
      )
      for one, other in (('ih', 'hh'), ('hh', 'ih'))
    ),
    (
      {**GRU, 'weight_ih_l2': GRU['weight_ih_l0']},
      'gru',
      'expected weight_ih_l1, got ',
    ),
  ],
)
def test_what_is_no_layer_of_pytorch_is_refused(state, cell, said):
  with pytest.raises(ValueError, match=f'^pytorch: .*{said}'):
    from_pytorch(state, cell)


@pytest.mark.parametrize(
  ('layers', 'cell', 'said'),
  [
    (
      from_pytorch(GRU, 'gru'),
      'elman',
      "l0: expected the parameter 'input' of",
    ),
    (OF_GRU, 'lstm', "the parameter 'ii' of lstm, got"),
    (
      [{'params': {'rnn': {}}}],
      'gru',
      r'layers\[0\]: expected cell, or one each',
    ),
  ],
)
def test_variables_of_another_model_are_refused(layers, cell, said):
  with pytest.raises(ValueError, match=f'^pytorch: .*{said}'):
    to_pytorch(layers, cell)
