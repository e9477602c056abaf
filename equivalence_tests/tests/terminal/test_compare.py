"""`equivalence compare` says of anyone's models what the call says of them."""

import json
import sys

import pytest

MINE = """
import jax
from flax import linen as nn
from jax import numpy as jnp

XS = jnp.arange(6.0).reshape(3, 2)
TOKENS = jnp.array([2, 0, 1])


class Tower(nn.Module):
  prefix: str
  squash: bool = True

  @nn.compact
  def __call__(self, x, training=False):
    for i in range(3):
      x = nn.Dense(2, name=f'{self.prefix}_{i}')(x)
      x = jnp.tanh(x) if self.squash else x
    return nn.Dropout(0.5, deterministic=not training)(x)


class Embedding(nn.Module):
  @nn.compact
  def __call__(self, tokens):
    return nn.Embed(3, 4, name='table')(tokens)


def mean(x):
  return x.mean(0)


def negated(x):
  return -(-x).mean(0)


def other(variables):
  return {'params': {f'block_{i}': variables['params'][f'layer_{i}']
                     for i in range(3)}}


old, new, flat = Tower('layer'), Tower('block'), Tower('block', squash=False)
tokens = Embedding()
pair = (lambda key, x: {'params': {}}, lambda variables, x: x.mean(0))
"""


@pytest.fixture
def compare(tmp_path, equivalence, monkeypatch):
  """The command, where a file of these models is; no other test's is known."""
  monkeypatch.delitem(sys.modules, 'mine', raising=False)
  (tmp_path / 'mine.py').write_text(MINE)
  return lambda *arguments: equivalence('compare', *arguments, cwd=tmp_path)


def test_two_functions_of_one_program_are_the_same(compare):
  done = compare('mine:mean', 'again=mine.py:mean', '--input', 'float32[3,2]')
  assert done.status == 0
  assert done.out.startswith(
    'against mean, on float32[3, 2]; 5 draws of seed 0'
  )
  assert 'again: outputs: the same: at most 0 ULP in 5 examples' in done.out
  assert 'again: program.apply: the same: ' in done.out


def test_another_program_of_the_same_values_is_told_by_its_line(compare):
  claims = ('--claim', 'outputs', '--claim', 'program.apply')
  done = compare('mine:mean', 'mine:negated', '--input', 'mine:XS', *claims)
  assert done.status == 1
  assert 'negated: program.apply: DIFFERS: ' in done.out
  line = 1 + MINE.splitlines().index('  return -(-x).mean(0)')
  assert 'stablehlo.negate %arg0 : tensor<3x2xf32>  [' in done.out
  assert f'/mine.py:{line}]' in done.out
  only = compare('mine:mean', 'mine:negated', '--input', 'mine:XS', *claims[:2])
  assert only.status == 0


def test_layers_of_another_name_are_renamed_by_a_star(compare):
  given = ('old=mine:old', 'new=mine:new', '--input', 'float32[2]')
  done = compare(*given)
  assert done.status == 1
  proposed = "rename {'params/block_0': 'params/layer_0', "
  assert proposed in done.out
  star = 'new:params/block_*=params/layer_*'
  assert compare(*given, '--rename', star, '--claim', 'outputs').status == 0
  by_function = ('--rename', 'new:mine:other', '--claim', 'outputs')
  assert compare(*given, *by_function).status == 0


def test_a_wrong_one_is_told_by_value(compare):
  star = ('--rename', 'flat:params/block_*=params/layer_*')
  done = compare('mine:old', 'mine:flat', '--input', 'float32[2]', *star)
  assert done.status == 1
  assert 'flat: variables: the same: 6 leaves' in done.out
  assert 'flat: outputs: DIFFERS: on variables and keys of 0, and input' in (
    done.out
  )


def test_fixed_arguments_and_streams_reach_every_call(compare):
  given = ('mine:old', 'again=mine:old', '--input', 'float32[2]')
  training = ('--call', 'training=True')
  done = compare(*given, *training, '--stream', 'dropout')
  assert done.status == 0
  without = compare(*given, *training)
  assert without.status == 1
  assert 'InvalidRngError' in without.out


def test_integers_are_kept_as_they_are(compare):
  done = compare('mine:tokens', 'again=mine:tokens', '--input', 'mine:TOKENS')
  assert done.status == 0
  assert 'on int32[3]; ' in done.out


def test_a_pair_of_functions_is_a_model(compare):
  done = compare('mine:mean', 'mine:pair', '--input', 'float32[3,2]')
  assert 'pair: outputs: the same' in done.out


def test_json_and_a_page_say_the_same(compare, tmp_path):
  done = compare(
    *('mine:mean', 'mine:negated', '--input', 'float32[3,2]'),
    *('--json', 'out.json', '--html', 'out.html'),
  )
  report = json.loads((tmp_path / 'out.json').read_text())
  findings = {f['claim']: f['holds'] for f in report['findings']}
  assert report['holds'] is findings['program.apply'] is False
  assert findings['variables'] is True
  assert findings['init'] is None
  assert report['first'] == 'mean'
  assert report['versions']['jax']
  page = (tmp_path / 'out.html').read_text()
  assert page.count('<td class="fails">differs</td>') == done.out.count(
    'DIFFERS'
  )
  assert 'stablehlo.negate' in page


@pytest.mark.parametrize(
  ('arguments', 'said'),
  [
    (['mine:mean'], "expected 2 models, got ['mean']"),
    (['mean'], "compare: expected name=module:name, got 'mean'"),
    (['mine:none'], 'compare: mine:none: expected none there, got none'),
    (['nowhere:a'], 'compare: nowhere:a: ModuleNotFoundError: No module named'),
    (
      ['no/where.py:a'],
      'no/where.py:a: expected a package or a file, got none',
    ),
    (
      ['mine:Tower', 'mine:mean', '--input', 'float32[2]'],
      'Tower: expected a linen module, an nnx module, a Model, hk.transform, a '
      'pair (init, apply), or a function, got the class Tower',
    ),
    (
      ['mine:mean', 'mine:negated', '--input', 'floating[2]'],
      '--input floating[2]: expected a dtype, got floating',
    ),
    (
      ['mine:mean', 'mine:negated', '--rename', 'old=new'],
      "--rename: expected MODEL:PATH=PATH or MODEL:module:name, got 'old=new'",
    ),
    (
      ['mine:old', 'mine:new', '--rename', 'new:a_*=b'],
      "rename: new: expected as many * as in 'a_*', got 'b'",
    ),
    (
      ['mine:old', 'mine:new', '--rename', 'third:a=b'],
      "rename: expected names of ['old', 'new'], got ['third']",
    ),
    (
      ['mine:mean', 'mine:negated', '--call', 'training=yes'],
      "--call: expected NAME=VALUE, a literal of Python, got 'training=yes'",
    ),
    (
      ['mine:mean', 'mine:negated', '--input', 'mine:XS', '--claim', 'output'],
      '--claim: expected of (',
    ),
    (
      ['mine:mean', 'mine:negated', '--examples', '0'],
      '--examples: expected a number >= 1, got 0',
    ),
  ],
)
def test_misuse_is_told_in_one_line(compare, arguments, said):
  done = compare(*arguments)
  assert done.status == 2
  assert done.err.startswith('equivalence: ')
  assert said in done.err
  assert len(done.err.splitlines()) == 1
