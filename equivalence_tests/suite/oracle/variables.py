"""The variables of each model: their names, axes and dtypes.

Each is a tree of strings, or a function of a setting to one. A string names the
axes of a leaf, as `'inputs features'`; a number is the size of an axis. A leaf
has the dtype `param_dtype`, unless another stands in front: `'int32: '`.
Nothing here is read from `core_rnn`.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from equivalence_tests.suite.oracle.deep import STATE, shapes_of

Tree = dict[str, Any]


def dense(
  inputs: Any = 'inputs', features: Any = 'features', bias: bool = True
) -> Tree:
  """Return a kernel [inputs, features], and a bias [features] if it has one."""
  kernel = {'kernel': f'{inputs} {features}'}
  return {**kernel, 'bias': f'{features}'} if bias else kernel


def elman(inputs: Any = 'inputs', features: Any = 'features') -> Tree:
  """Return the variables of an Elman cell."""
  square = f'{features} {features}'
  return {'input': dense(inputs, features), 'recurrent': square}


def gated(
  gates: Mapping[str, tuple[bool, bool]], inputs: Any, features: Any
) -> Tree:
  """Return a layer of x and one of h for each gate, with or without a bias."""
  of_x = {f'i{g}': dense(inputs, features, x) for g, (x, _) in gates.items()}
  of_h = {f'h{g}': dense(features, features, h) for g, (_, h) in gates.items()}
  return {**of_x, **of_h}


def lstm(inputs: Any = 'inputs', features: Any = 'features') -> Tree:
  """Return the variables of an LSTM: the layers of h have the biases."""
  return gated(dict.fromkeys('ifgo', (False, True)), inputs, features)


def gru(inputs: Any = 'inputs', features: Any = 'features') -> Tree:
  """Return the variables of a GRU: the layers of x have biases, and n of h."""
  only, both = (True, False), (True, True)
  return gated({'r': only, 'z': only, 'n': both}, inputs, features)


def mgu(
  inputs: Any = 'inputs', features: Any = 'features', reset_gate: bool = True
) -> Tree:
  """Return the variables of an MGU: without a reset gate, h has no bias."""
  gates = {'f': (True, False), 'n': (True, reset_gate)}
  return gated(gates, inputs, features)


def jordan(inputs: Any = 'inputs', features: Any = 'features') -> Tree:
  """Return the variables of a Jordan cell."""
  hh, ho = dense(features, features, False), dense(features, features)
  return {'ih': dense(inputs, features), 'hh': hh, 'ho': ho}


def concatenated(inputs: int, features: int) -> Tree:
  """Return the variables of the cell of (h, x): one layer."""
  return {'joint': dense(features + inputs, features)}


def min_gru(inputs: Any = 'inputs', features: Any = 'features') -> Tree:
  """Return the variables of a minimal GRU: two layers of x."""
  return {name: dense(inputs, features) for name in ('iz', 'ih')}


def state_space(features: Any, state: Any) -> Tree:
  """Return the variables of a diagonal system [state] for each feature."""
  wide = dict.fromkeys(('decay', 'B', 'C'), f'{features} {state}')
  return {**dict.fromkeys(('step', 'D'), f'{features}'), **wide}


def ssm_cell(inputs: Any, features: Any) -> Tree:
  """Return the variables of a system, and of the layer of its inputs."""
  return {'input': dense(inputs, features), **state_space(features, STATE)}


CELLS: Mapping[str, Callable[..., Tree]] = {
  'concatenated': concatenated,
  'elman': elman,
  'gru': gru,
  'jordan': jordan,
  'lstm': lstm,
  'mgu': mgu,
  'min_gru': min_gru,
  'optimized_lstm': lstm,
  'ssm': ssm_cell,
}


def cell_of(setting: Any, usual: str = 'lstm') -> Tree:
  """Return the variables of the cell that a setting names."""
  name = setting.hyperparameters.get('cell', usual)
  sizes = setting.sizes['inputs'], setting.hyperparameters['features']
  return CELLS[name](*sizes)


def in_cell(tree: Any, *names: str) -> Callable[..., Tree]:
  """Return variables that stand under `params`, `cell` and further names."""
  return lambda _: {'params': nested(tree, 'cell', *names)}


def nested(tree: Any, *names: str) -> Any:
  """Return a tree under names, the first the outermost."""
  for name in reversed(names):
    tree = {name: tree}
  return tree


def with_axis(tree: Any, axes: str, place: int = 0) -> Any:
  """Return a tree whose leaves have more axes at a place, -1 the last."""

  def leaf(names: str) -> str:
    each = names.split()
    at = place % (len(each) + 1)
    return ' '.join([*each[:at], axes, *each[at:]])

  return jax.tree.map(leaf, tree)


def mlp(setting: Any) -> Tree:
  """Return the variables of dense layers in a row."""
  sizes = setting.sizes['inputs'], *setting.hyperparameters['features']
  return {'params': layers_of(sizes, 'layers', dense)}


def layers_of(
  sizes: Sequence[int], name: str, layer: Callable[..., Tree]
) -> Tree:
  """Return the variables of a layer between each two sizes, by its number."""
  pairs = enumerate(itertools.pairwise(sizes))
  return {f'{name}_{i}': layer(a, b) for i, (a, b) in pairs}


def conv_lstm(setting: Any) -> Tree:
  """Return the variables of two convolutions to four gates."""
  given, inputs = setting.hyperparameters, setting.sizes['inputs']
  features = given['features']
  height, width = given.get('kernel_size', (3, 3))
  gates = {'bias': f'{4 * features}'}
  kernel = lambda inputs: f'{height} {width} {inputs} {4 * features}'
  both = {'ih': inputs, 'hh': features}
  cell = {n: {'kernel': kernel(size), **gates} for n, size in both.items()}
  return {'params': {'cell': cell}}


def mgu_of(setting: Any) -> Tree:
  """Return the variables of an MGU with or without a reset gate."""
  reset_gate = setting.hyperparameters.get('reset_gate', True)
  return {'params': {'cell': mgu(reset_gate=reset_gate)}}


def concatenated_of(setting: Any) -> Tree:
  """Return the variables of the cell of (h, x)."""
  return {'params': {'cell': cell_of(setting, 'concatenated')}}


def of_runner(setting: Any) -> Tree:
  """Return the variables of the cell that is run."""
  return {'params': {'cell': cell_of(setting)}}


def bidirectional(setting: Any) -> Tree:
  """Return the variables of a cell forward, and of one backward."""
  both = ('forward_rnn', 'backward_rnn')
  return {'params': {name: {'cell': cell_of(setting)} for name in both}}


def in_a_row(inputs: int, given: Mapping[str, Any], cell: str) -> Tree:
  """Return the variables of cells in a row, and of their learned carries."""
  sizes = inputs, *given['features']
  layers = layers_of(sizes, 'layer', CELLS[cell])
  params = {name: {'cell': layer} for name, layer in layers.items()}
  if not given.get('learned_carry'):
    return params
  names = ('c', 'h') if cell.endswith('lstm') else ('h',)
  carries = {
    f'carry_{i}': {
      name: ' '.join(map(str, shape))
      for name, shape in zip(names, shapes_of(cell, size), strict=True)
    }
    for i, size in enumerate(given['features'])
  }
  return {**params, **carries}


def deep_rnn(setting: Any) -> Tree:
  """Return the variables of cells in a row."""
  given = setting.hyperparameters
  cell = given.get('cell', 'lstm')
  return {'params': in_a_row(setting.sizes['inputs'], given, cell)}


def char_rnn(setting: Any) -> Tree:
  """Return the variables of cells in a row, a head, and maybe an embedding."""
  given = setting.hyperparameters
  size, vocabulary = given.get('embedding'), given['vocabulary']
  cell = given.get('cell', 'concatenated')
  params = {
    'layers': in_a_row(size or vocabulary, given, cell),
    'head': dense(given['features'][-1], vocabulary),
  }
  table = {} if size is None else {'embedding': f'{vocabulary} {size}'}
  return {'params': {**params, **table}}


def ensemble(setting: Any) -> Tree:
  """Return the variables of an Elman network, with members at an axis."""
  place = setting.hyperparameters.get('params_axis', 0)
  return {'params': {'cell': with_axis(elman(), 'members', place)}}


def residual(features: Any = 'features') -> Tree:
  """Return the variables of a residual layer, of features to as many."""
  return {'rnn': {'cell': elman(features, features)}}


def loop_stack(setting: Any) -> Tree:
  """Return the variables of residual layers, each under a name."""
  count = setting.hyperparameters['layers']
  return {'params': {f'layer_{i}': residual() for i in range(count)}}


def stack(_: Any) -> Tree:
  """Return the variables of residual layers, with layers in front."""
  return {'params': {'layers': with_axis(residual(), 'layers')}}


def ssm(setting: Any) -> Tree:
  """Return the variables of a system, and where it recurs, its state."""
  given = setting.hyperparameters
  size = given.get('state', 4)
  params = {'params': state_space('features', size)}
  if given.get('mode') != 'recurrence':
    return params
  dtype = given.get('dtype') or setting.dtype
  return {**params, 'cache': {'x': f'{dtype}: features {size}'}}


def ssm_stack(setting: Any) -> Tree:
  """Return the variables of systems, with layers in front."""
  size = setting.hyperparameters.get('state', 4)
  systems = with_axis({'ssm': state_space('features', size)}, 'layers')
  return {'params': {'layers': systems}}


def statistics(setting: Any, features: str = 'features') -> Tree:
  """Return the mean and variance: in 32 bits at the least."""
  stored = jnp.dtype(setting.hyperparameters.get('param_dtype', 'float32'))
  dtype = np.promote_types(stored, 'float32').name
  return dict.fromkeys(('mean', 'var'), f'{dtype}: {features}')


def batch_norm(setting: Any) -> Tree:
  """Return the scale and bias of the normalisation, and its statistics."""
  params = dict.fromkeys(('scale', 'bias'), 'features')
  return {'params': params, 'batch_stats': statistics(setting)}


def block(setting: Any) -> Tree:
  """Return the variables of a dense layer and of a normalisation."""
  inner = batch_norm(setting)
  params = {'dense': dense(), 'batch_norm': inner['params']}
  return {
    'params': params,
    'batch_stats': {'batch_norm': inner['batch_stats']},
  }


def batchnorm_rnn(setting: Any) -> Tree:
  """Return those of a normalised Elman cell, whose bias is the other's."""
  axis = setting.hyperparameters.get('statistics', 'carry') == 'axis'
  stats = statistics(setting, 'time features' if axis else 'features')
  cell = {**elman(), 'batch_norm': batch_norm(setting)['params']}
  cell['input'] = dense(bias=False)
  return {
    'params': {'cell': cell},
    'batch_stats': nested(stats, 'cell', 'batch_norm'),
  }


def head(setting: Any, heads: int = 1) -> Tree:
  """Return the projections of a head, each of its share of the features."""
  given, inputs = setting.hyperparameters, setting.sizes['inputs']
  size = (given.get('qkv_features') or inputs) // heads
  out = given.get('out_features') or inputs
  of_kv = dense('sources', size, False)
  params = {'query': dense('inputs', size, False), 'key': of_kv, 'value': of_kv}
  return {**params, 'out': dense(size, out)}


def multi_head_attention(setting: Any) -> Tree:
  """Return the projections of all heads, these in front."""
  heads = setting.hyperparameters.get('num_heads', 1)
  each = with_axis(head(setting, heads), f'{heads}')
  return {'params': {'attention': each}}


def remat_stack(setting: Any) -> Tree:
  """Return dense layers, with groups and layers in front."""
  lengths = ' '.join(map(str, setting.hyperparameters['lengths']))
  layers = with_axis(dense('features', 'features'), lengths)
  return {'params': nested(layers, 'layers', 'dense')}


# where the paths of outputs begin that have the dtype of the parameters
STORED: Mapping[str, tuple[str, ...]] = {'local_rnn': ('[0].traces',)}
OF_ELMAN = in_cell(elman(), 'elman')
VARIABLES: Mapping[str, Callable[[Any], Tree]] = {
  'dense': lambda _: {'params': dense()},
  'explicit_dense': lambda _: {'params': dense('features_in')},
  **dict.fromkeys(
    ('mlp', 'explicit_mlp', 'jit_mlp', 'folded_mlp', 'remat_mlp'), mlp
  ),
  'elman': in_cell(elman()),
  'jordan': in_cell(jordan()),
  'lstm': in_cell(lstm()),
  'optimized_lstm': in_cell(lstm()),
  'gru': in_cell(gru()),
  'mgu': mgu_of,
  'concatenated': concatenated_of,
  'min_gru': in_cell(min_gru()),
  'conv_lstm': conv_lstm,
  'simple_scan': lambda _: {'params': {'lstm_cell': lstm('inputs', 'inputs')}},
  'rnn': of_runner,
  'bidirectional': bidirectional,
  'deep_rnn': deep_rnn,
  'batched': in_cell(elman()),
  'ensemble': ensemble,
  'nested': ensemble,
  'normalised': in_cell(elman()),
  'residual': lambda _: {'params': residual()},
  'loop_stack': loop_stack,
  'stack': stack,
  'layer_stack': stack,
  'ssm': ssm,
  'ssm_stack': ssm_stack,
  'dropout': lambda _: {},
  **dict.fromkeys(('dropout_rnn', 'zoneout', 'noise_rnn'), OF_ELMAN),
  'counter': lambda _: {'counter': {'count': 'int32: '}},
  'batch_norm': batch_norm,
  'block': block,
  'batchnorm_rnn': batchnorm_rnn,
  'raw_attention': lambda _: {},
  'attention': lambda setting: {'params': head(setting)},
  'multi_head_attention': multi_head_attention,
  'skip_rnn': OF_ELMAN,
  'graded_rnn': lambda _: {
    'params': {'cell': {'elman': elman(), 'gru': gru()}}
  },
  'ponder_rnn': OF_ELMAN,
  **dict.fromkeys(
    ('settling_rnn', 'langevin_rnn', 'rtrl', 'local_rnn', 'clipped_rnn'),
    OF_ELMAN,
  ),
  'bptt': of_runner,
  'remat_rnn': OF_ELMAN,
  'remat_stack': remat_stack,
  'causal_rnn': OF_ELMAN,
  'polyak_rnn': lambda _: {
    name: {'cell': elman()} for name in ('params', 'average')
  },
  'char_rnn': char_rnn,
}
