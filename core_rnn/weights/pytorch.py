"""Weights of PyTorch's `nn.RNN`, `nn.LSTM` and `nn.GRU` as ours, and back.

PyTorch keeps the gates of a layer below each other, W [gates features, inputs],
and has two biases where we have one, but for that of h in a GRU's n. A layer
that goes both ways has its second weights as `..._reverse`.

Source: the equations in the documentation of `torch.nn.RNN`, `LSTM` and `GRU`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from core_rnn.types import Variables

GATES = {'elman': ('',), 'lstm': ('i', 'f', 'g', 'o'), 'gru': ('r', 'z', 'n')}
NAME = re.compile(r'(weight|bias)_(ih|hh)_l(\d+)(_reverse)?')
DIRECTIONS = {'': 'forward_rnn', '_reverse': 'backward_rnn'}


def from_pytorch(state: Mapping[str, Any], cell: str) -> list[Variables]:
  """W = weight^T, b = bias_ih + bias_hh, of each layer.

  Args:
    state: the `state_dict` of a layer of PyTorch, on the CPU: weights
      [gates features, inputs] and [gates features, features], biases
      [gates features], or none.
    cell: `elman`, of `nn.RNN`; `lstm` or `gru`.

  Returns:
    For each layer the variables of `rnn` with this cell, or of `bidirectional`
    where it goes both ways.

  Raises:
    ValueError: there is no such cell; or a weight is missing, is none of a
      recurrent layer, or has not the shape of this cell.
  """
  check_cell(cell)
  arrays = {name: np.asarray(value) for name, value in state.items()}
  strange = [name for name in arrays if not NAME.fullmatch(name)]
  if strange or not arrays:
    refuse('state', 'weight_ih_l0, weight_hh_l0, ...', strange or 'nothing')
  places = [NAME.fullmatch(name) for name in arrays]
  count = 1 + max(int(place[3]) for place in places if place)
  both = any(name.endswith('_reverse') for name in arrays)

  def variables(layer: int) -> Any:
    if not both:
      return {'cell': of_cell(arrays, cell, f'l{layer}')}
    return {
      name: {'cell': of_cell(arrays, cell, f'l{layer}{suffix}')}
      for suffix, name in DIRECTIONS.items()
    }

  return [{'params': variables(layer)} for layer in range(count)]


def of_cell(state: Mapping[str, np.ndarray], cell: str, place: str) -> Any:
  """The parameters of one cell, from the weights of a place: `l0_reverse`.

  Kernels are [inputs, features] and [features, features], biases [features].
  """
  gates = GATES[cell]
  inside = taken(state, f'weight_ih_{place}', gates)
  around = taken(state, f'weight_hh_{place}', gates)
  nothing = {gate: np.zeros_like(w[:, 0]) for gate, w in around.items()}
  biases = f'bias_ih_{place}', f'bias_hh_{place}'
  has_any = any(name in state for name in biases)
  b, c = (taken(state, n, gates) if has_any else nothing for n in biases)
  if cell == 'elman':
    layer = {'kernel': inside[''].T, 'bias': b[''] + c['']}
    return {'recurrent': around[''].T, 'input': layer}
  params = {f'i{gate}': {'kernel': inside[gate].T} for gate in gates}
  params |= {f'h{gate}': {'kernel': around[gate].T} for gate in gates}
  for gate in gates:
    if cell == 'lstm':
      params[f'h{gate}']['bias'] = b[gate] + c[gate]
    elif gate == 'n':  # r is between the two
      params['in']['bias'], params['hn']['bias'] = b[gate], c[gate]
    else:
      params[f'i{gate}']['bias'] = b[gate] + c[gate]
  return params


def taken(
  state: Mapping[str, np.ndarray], name: str, gates: Sequence[str]
) -> dict[str, np.ndarray]:
  """The rows of each gate of a weight [gates features, ...].

  Raises:
    ValueError: it is missing, or its rows are no multiple of the gates.
  """
  if name not in state:
    refuse('state', name, sorted(state))
  rows = state[name].shape[0]
  features = first_features(state, name)
  if rows != len(gates) * features:
    expected = f'{name} of {len(gates)} x {features} rows'
    refuse('state', expected, f'shape {state[name].shape}')
  return dict(zip(gates, np.split(state[name], len(gates)), strict=True))


def first_features(state: Mapping[str, np.ndarray], name: str) -> int:
  """The features of the layer that a weight is of: columns of W [., features].

  Raises:
    ValueError: the layer has no such W.
  """
  around = f'weight_hh_{name.partition("h_")[2]}'
  if around not in state:
    refuse('state', around, sorted(state))
  return state[around].shape[1]


def to_pytorch(layers: Sequence[Variables], cell: str) -> dict[str, np.ndarray]:
  """weight = W^T, bias_ih = b, bias_hh = 0, but for that of h in a GRU's n.

  Args:
    layers: of each the variables of `rnn` with this cell, or of
      `bidirectional`, as `from_pytorch` returns them, leaves [...].
    cell: `elman`, `lstm` or `gru`.

  Returns:
    A `state_dict` of NumPy arrays, [gates features, ...].

  Raises:
    ValueError: there is no such cell, or the variables are not of it.
  """
  check_cell(cell)
  state: dict[str, np.ndarray] = {}
  for number, layer in enumerate(layers):
    params = layer['params']
    cells = {'': params} if 'cell' in params else {}
    if not cells:
      cells = {suffix: params.get(name) for suffix, name in DIRECTIONS.items()}
    for suffix, of in cells.items():
      if not isinstance(of, Mapping) or 'cell' not in of:
        refuse(f'layers[{number}]', 'cell, or one each way', sorted(params))
      state |= as_state(of['cell'], cell, f'l{number}{suffix}')
  return state


def as_state(params: Any, cell: str, place: str) -> dict[str, np.ndarray]:
  """The weights [gates features, ...] of one cell, by PyTorch's names.

  Raises:
    ValueError: the parameters are not of this cell.
  """
  gates = GATES[cell]
  try:
    if cell == 'elman':
      inside, around = [params['input']['kernel']], [params['recurrent']]
      b, c = [params['input']['bias']], [0 * params['input']['bias']]
    else:
      inside = [params[f'i{gate}']['kernel'] for gate in gates]
      around = [params[f'h{gate}']['kernel'] for gate in gates]
      side = 'h' if cell == 'lstm' else 'i'
      b = [params[f'{side}{gate}']['bias'] for gate in gates]
      c = [0 * bias for bias in b]
    if cell == 'gru':
      c[-1] = params['hn']['bias']
  except KeyError as missing:
    refuse(place, f'the parameter {missing} of {cell}', sorted(params))
  wide = lambda rows: np.concatenate([np.asarray(row).T for row in rows])
  named = {'weight_ih': inside, 'weight_hh': around, 'bias_ih': b, 'bias_hh': c}
  return {f'{name}_{place}': wide(rows) for name, rows in named.items()}


def check_cell(cell: str) -> None:
  """The cell is one that PyTorch has too, of any shape [...].

  Raises:
    ValueError: it is not.
  """
  if cell not in GATES:
    refuse('cell', f'one of {", ".join(GATES)}', repr(cell))


def refuse(argument: str, expected: str, got: object) -> NoReturn:
  """Raises the one message, about an argument of any shape [...].

  Raises:
    ValueError: always.
  """
  raise ValueError(f'pytorch: {argument}: expected {expected}, got {got}')
