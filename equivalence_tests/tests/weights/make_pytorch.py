"""Writes what PyTorch computes, to be held against; run by hand.

    python equivalence_tests/tests/weights/make_pytorch.py

It needs PyTorch, which nothing else here does. Everything is in float64.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils import rnn as packing

KINDS = {'elman': nn.RNN, 'lstm': nn.LSTM, 'gru': nn.GRU}
INPUTS, FEATURES, BATCH, TIME = 2, 3, 3, 4
LENGTHS = [4, 1, 3]


def computed(cell: str, layers: int, both: bool, packed: bool) -> dict:
  """Weights, inputs, outputs, last states, derivatives of a weighted sum."""
  torch.manual_seed(7)
  how = {'batch_first': True, 'bidirectional': both, 'dtype': torch.float64}
  layer = KINDS[cell](INPUTS, FEATURES, layers, **how)
  xs = torch.randn(BATCH, TIME, INPUTS, dtype=torch.float64, requires_grad=True)
  given = xs
  if packed:
    given = packing.pack_padded_sequence(
      xs, LENGTHS, batch_first=True, enforce_sorted=False
    )
  ys, last = layer(given)
  if packed:
    ys, _ = packing.pad_packed_sequence(ys, batch_first=True)
  weights = torch.arange(ys.numel(), dtype=torch.float64).reshape(ys.shape)
  (ys * weights.cos()).sum().backward()
  last = last if isinstance(last, tuple) else (last,)
  return {
    'cell': cell,
    'packed': packed,
    'state': {n: w.tolist() for n, w in layer.state_dict().items()},
    'xs': xs.tolist(),
    'ys': ys.tolist(),
    'last': [part.tolist() for part in last],
    'of_xs': xs.grad.tolist(),
    'of_state': {n: w.grad.tolist() for n, w in layer.named_parameters()},
  }


if __name__ == '__main__':
  found = [
    computed(cell, layers, both, packed)
    for cell in KINDS
    for layers, both, packed in (
      (1, False, False),
      (2, False, True),
      (2, True, True),
    )
  ]
  content = {'torch': torch.__version__, 'lengths': LENGTHS, 'cases': found}
  file = Path(__file__).with_name('pytorch.json')
  file.write_text(json.dumps(content) + '\n')
