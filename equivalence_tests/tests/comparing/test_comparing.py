"""Any two models compared: what is the same, what is not, and what is said."""

import haiku as hk
import jax
import pytest
from flax import linen as nn
from flax import nnx
from jax import lax
from jax import numpy as jnp

from equivalence_tests.comparing import compare_models
from equivalence_tests.comparing.comparison import CLAIMS
from equivalence_tests.suite.ways import find

XS = jnp.zeros((5, 3))
SIZE = 4


class Compact(nn.Module):
  """Two dense layers, named as `setup` names them."""

  @nn.compact
  def __call__(self, x):
    for i in range(2):
      x = jnp.tanh(nn.Dense(SIZE, name=f'layers_{i}')(x))
    return x


class SetUp(nn.Module):
  """The same, refactored."""

  activation: str = 'tanh'

  def setup(self):
    self.layers = [nn.Dense(SIZE) for _ in range(2)]

  def __call__(self, x):
    for layer in self.layers:
      x = getattr(jnp, self.activation)(layer(x))
    return x


class Recurrent(nn.Module):
  """An LSTM over time."""

  @nn.compact
  def __call__(self, xs):
    return nn.RNN(nn.OptimizedLSTMCell(SIZE, name='cell'), name='rnn')(xs)


class Dropped(nn.Module):
  """Dropout, in training, of what a batch norm makes of x."""

  rate: float = 0.5
  momentum: float = 0.9

  @nn.compact
  def __call__(self, x, training):
    norm = nn.BatchNorm(not training, momentum=self.momentum, name='norm')
    return nn.Dropout(self.rate, deterministic=not training)(norm(x))


def found(report, model=None):
  """Claim -> whether it holds, of the only other model or this one."""
  names = {finding.model for finding in report.findings}
  model = model or names.pop()
  return {f.claim: f.holds for f in report.findings if f.model == model}


def words(report, claim):
  """What is said of a claim."""
  (one,) = (f.words for f in report.findings if f.claim == claim)
  return one


def test_a_refactored_module_is_the_same_in_all():
  report = compare_models({'compact': Compact(), 'setup': SetUp()}, XS)
  expected = {**dict.fromkeys(CLAIMS, True), 'state': None}
  assert found(report) == expected
  report.assert_holds(*[claim for claim in CLAIMS if claim != 'state'])
  assert str(report).startswith('against compact, on float32[5, 3]; 5 draws')


def test_another_activation_is_told_by_value_and_by_its_line_of_source():
  models = {'compact': Compact(), 'sine': SetUp('sin')}
  report = compare_models(models, XS)
  differ = [claim for claim, holds in found(report).items() if holds is False]
  assert differ == [
    'outputs',
    'gradients',
    'program.apply',
    'program.gradients',
  ]
  said = words(report, 'program.apply')
  assert 'stablehlo.tanh' in said
  assert 'stablehlo.sine' in said
  assert said.count('[comparing/test_comparing.py:') == 2
  with pytest.raises(AssertionError, match='sine: outputs: DIFFERS: on var'):
    report.assert_holds()


def test_a_maximum_for_a_mean_is_told_by_the_smallest_input():
  models = {'mean': lambda x: x.mean(0), 'max': lambda x: x.max(0)}
  report = compare_models(models, XS, examples=20)
  said = words(report, 'outputs')
  assert 'first at' in said
  assert said.count('0.125') >= 1 or said.count('-0.125') >= 1
  assert found(report)['init'] is None


def test_a_rewrite_of_a_function_is_told_to_be_one_program():
  def loop(xs):
    return lax.scan(lambda h, x: (h + x, h), jnp.zeros(3), xs)[1]

  def again(inputs):
    def step(total, new):
      return total + new, total

    _, before = lax.scan(step, jnp.zeros(3), inputs)
    return before

  report = compare_models({'loop': loop, 'again': again}, XS)
  report.assert_holds('outputs', 'gradients', 'program.apply')


def test_variables_of_other_names_are_compared_once_they_are_renamed():
  class Ported(nn.Module):
    @nn.compact
    def __call__(self, xs):
      return nn.RNN(nn.OptimizedLSTMCell(SIZE), name='layer')(xs)

  models = {'old': Recurrent(), 'new': Ported()}
  report = compare_models(models, XS)
  assert found(report)['variables'] is False
  assert found(report)['outputs'] is None
  (new,) = Ported().init(jax.random.key(0), XS)['params']
  rename = {'new': {f'params/{new}': 'params/cell'}}
  report = compare_models(models, XS, rename=rename)
  report.assert_holds('variables', 'outputs', 'gradients', 'program.apply')
  assert found(report)['init'] is False  # names are in the key


def test_a_rename_is_proposed_where_each_shape_has_one_choice():
  class Other(nn.Module):
    @nn.compact
    def __call__(self, x):
      return nn.Dense(SIZE, name='other')(x)

  report = compare_models({'one': nn.Dense(SIZE), 'other': Other()}, XS)
  assert words(report, 'variables').endswith(
    "it would be the same with rename {'params/other/bias': 'params/bias', "
    "'params/other/kernel': 'params/kernel'}"
  )


def test_an_lstm_of_haiku_is_that_of_linen_with_its_variables_converted():
  def of_haiku(xs):
    core = hk.LSTM(SIZE)
    return hk.dynamic_unroll(core, xs, core.initial_state(None))[0]

  def convert(variables):
    cell = variables['params']['cell']
    wide = lambda kind, leaf: [cell[kind + gate][leaf] for gate in 'igfo']
    rows = [jnp.concatenate(wide(kind, 'kernel'), 1) for kind in 'ih']
    bias = jnp.concatenate(wide('h', 'bias'))
    ones = jnp.zeros(4 * SIZE).at[2 * SIZE : 3 * SIZE].set(1)  # added to f
    linear = {'w': jnp.concatenate(rows), 'b': bias - ones}
    return {'params': {'lstm/linear': linear}}

  models = {'linen': Recurrent(), 'haiku': hk.transform(of_haiku)}
  how = {'rename': {'haiku': convert}, 'ulp': 16}
  report = compare_models(models, XS, **how)
  report.assert_holds('variables', 'outputs', 'gradients')
  assert found(report)['program.apply'] is None
  turned = lambda variables: jax.tree.map(lambda w: -w, convert(variables))
  wrong = compare_models(models, XS, **{**how, 'rename': {'haiku': turned}})
  assert found(wrong)['outputs'] is False


def test_an_lstm_of_nnx_is_that_of_linen_by_the_rename_that_is_proposed():
  """To the last operation; and another activation is told by its line."""
  ins = ((jnp.zeros(SIZE),) * 2, jnp.zeros(3))
  cell = lambda **how: nnx.LSTMCell(3, SIZE, rngs=nnx.Rngs(0), **how)
  models = {'linen': nn.LSTMCell(SIZE), 'nnx': cell()}
  names = {'params/if_': 'params/if'}
  plain = compare_models(models, *ins)
  assert words(plain, 'variables').endswith(f'the same with rename {names}')
  renamed = {'rename': {'nnx': names}}
  report = compare_models(models, *ins, **renamed)
  report.assert_holds('variables', 'outputs', 'gradients', 'program.apply')
  wrong = {**models, 'nnx': cell(activation_fn=jax.nn.relu)}
  told = compare_models(wrong, *ins, **renamed)
  assert found(told)['outputs'] is False
  assert 'stablehlo.tanh' in words(told, 'program.apply')


def test_shapes_stand_for_inputs_and_a_report_is_shown(capsys):
  struct = jax.ShapeDtypeStruct((5, 3), jnp.float32)
  models = {'one': lambda x: x.sum(0), 'other': lambda x: x.sum(0)}
  compare_models(models, struct).show()
  shown = capsys.readouterr().out
  assert shown.startswith('against one, on float32[5, 3]; 5 draws of seed 0;')
  assert 'other: program.apply: the same: ' in shown


class GRUOfLinen(nn.Module):
  @nn.compact
  def __call__(self, h, x):
    return nn.GRUCell(SIZE, name='gru')(h, x)


class GRUOfNNX(nnx.Module):
  def __init__(self):
    self.gru = nnx.GRUCell(3, SIZE, rngs=nnx.Rngs(0))

  def __call__(self, h, x):
    return self.gru(h, x)


def test_a_gru_of_nnx_is_not_that_of_linen():
  def convert(variables):
    p = variables['params']['gru']
    wide = lambda kind, leaf: [p[kind + gate][leaf] for gate in 'rzn']
    i = {
      leaf: jnp.concatenate(wide('i', leaf), -1) for leaf in ('kernel', 'bias')
    }
    h = {'kernel': jnp.concatenate(wide('h', 'kernel'), -1)}
    return {'params': {'gru': {'dense_i': i, 'dense_h': h}}}

  ins = jnp.zeros(SIZE), jnp.zeros(3)
  rename = {'nnx': convert}
  models = {'linen': GRUOfLinen(), 'nnx': GRUOfNNX()}
  report = compare_models(models, *ins, rename=rename, ulp=16)
  # linen's has a bias b_hn that that of nnx lacks: a port is another model
  assert found(report)['variables'] is True
  assert found(report)['outputs'] is False


def test_a_dense_layer_of_nnx_is_that_of_linen():
  models = {
    'linen': nn.Dense(SIZE),
    'nnx': nnx.Linear(3, SIZE, rngs=nnx.Rngs(0)),
  }
  report = compare_models(models, XS)
  report.assert_holds('variables', 'outputs', 'gradients', 'program.apply')
  assert found(report)['init'] is None


def test_draws_and_state_are_compared():
  how = {'call': {'training': True}, 'streams': ('dropout',)}
  report = compare_models({'one': Dropped(), 'same': Dropped()}, XS, **how)
  report.assert_holds(*CLAIMS)
  other = compare_models({'one': Dropped(), 'other': Dropped(0.25)}, XS, **how)
  assert found(other)['outputs'] is False
  slow = Dropped(momentum=0.99)
  moved = compare_models({'one': Dropped(), 'slow': slow}, XS, **how)
  assert found(moved)['state'] is False
  assert found(moved)['outputs'] is True


def test_our_own_models_are_compared_too():
  models = {way: find(way).factory('lstm')(SIZE) for way in ('pure', 'linen')}
  report = compare_models(models, XS)
  report.assert_holds(*[claim for claim in CLAIMS if claim != 'state'])


def test_integers_are_kept_as_they_are():
  ids = jnp.array([0, 2, 1])
  models = {'embed': nn.Embed(3, SIZE), 'same': nn.Embed(3, SIZE)}
  compare_models(models, ids).assert_holds('outputs', 'gradients')


def test_what_has_no_floats_has_no_gradients_to_compare():
  models = {'one': lambda x: x + 1, 'same': lambda x: 1 + x}
  report = compare_models(models, jnp.arange(3))
  assert found(report)['gradients'] is None
  assert found(report)['outputs'] is True


def test_a_pair_of_functions_is_a_model():
  init = lambda key, x: {'w': jax.random.normal(key, x.shape)}
  one = init, lambda variables, x: variables['w'] * x
  other = init, lambda variables, x: x * variables['w']
  report = compare_models({'one': one, 'other': other}, XS)
  report.assert_holds('variables', 'init', 'outputs', 'gradients')
  assert found(report)['program.apply'] is False  # the operands are exchanged


def test_what_raises_is_told_as_a_difference():
  def failing(x):
    raise ArithmeticError('no')

  report = compare_models({'fine': jnp.sin, 'failing': failing}, XS)
  assert words(report, 'outputs') == 'ArithmeticError: no'


@pytest.mark.parametrize(
  ('models', 'how', 'error', 'said'),
  [
    ({'one': jnp.sin}, {}, ValueError, r"expected 2 models, got \['one'\]"),
    ({'a': jnp.sin, 'b': 3}, {}, TypeError, 'compare_models: b: expected a li'),
    (
      {'a': jnp.sin, 'b': jnp.sin},
      {'rename': {'c': {}}},
      ValueError,
      r"rename: expected names of \['a', 'b'\], got \['c'\]",
    ),
  ],
)
def test_what_cannot_be_compared_is_refused(models, how, error, said):
  with pytest.raises(error, match=said):
    compare_models(models, XS, **how)


def test_a_claim_that_does_not_exist_cannot_be_asserted():
  report = compare_models({'a': jnp.sin, 'b': jnp.sin}, XS)
  with pytest.raises(ValueError, match=r"assert_holds: expected of .*'speed'"):
    report.assert_holds('speed')


def test_a_claim_that_was_not_compared_does_not_hold():
  report = compare_models({'a': jnp.sin, 'b': jnp.sin}, XS)
  report.assert_holds()
  with pytest.raises(AssertionError, match='b: init: not compared: one has'):
    report.assert_holds('init')
