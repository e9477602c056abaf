"""Gated cells: the LSTM, plain and fused, GRU, MGU, and one of convolutions."""

from functools import partial
from typing import Any

from flax import linen as nn

from core_rnn.types import LSTMCarry
from equivalence_tests.cases import INITIALIZERS, Case, Setting
from equivalence_tests.oracle import gates as oracle

SIZES = {'time': 5, 'inputs': 2}
CHOICES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
  'recurrent_init': INITIALIZERS,
  'kernel_init': INITIALIZERS,
  'bias_init': ('zeros', 'uniform'),
  'reverse': (False, True),
  'unroll': (1, 2),
}
ROWS = (
  Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
  Setting(
    {'features': 3, 'param_dtype': 'bfloat16', 'reverse': True, 'unroll': 2},
    SIZES,
    'bfloat16',
    optional=('initial_carry',),
  ),
  Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64', 2),
)

LSTM = Case(
  model='lstm',
  line='the LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t)',
  arguments={'xs': 'time inputs'},
  optional={'initial_carry': LSTMCarry('features', 'features')},
  choices=CHOICES,
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=ROWS,
  oracle=oracle.lstm,
  flax=partial(oracle.flax_rnn, nn.LSTMCell),
  text=True,
)

CASES = (LSTM,)
