"""Cells, each alone over time."""

from typing import Any

from core_rnn.networks.cells.concatenated import Concatenated
from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.cells.gru import GRU
from core_rnn.networks.cells.jordan import Jordan
from core_rnn.networks.cells.lstm import LSTM
from core_rnn.networks.cells.mgu import MGU
from core_rnn.networks.cells.min_gru import MinGRU
from core_rnn.networks.cells.optimized_lstm import OptimizedLSTM
from core_rnn.types import LSTMCarry
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import cells as oracle

SIZES = {'time': 5, 'inputs': 2}
CHOICES: dict[str, tuple[Any, ...]] = {
  'unroll': (1, 2),
}
LENGTH = ('seq_length',)
ROWS = (
  Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
  Setting(
    {'features': 3, 'param_dtype': 'bfloat16', 'reverse': True, 'unroll': 2},
    SIZES,
    'bfloat16',
    optional=('initial_carry',),
  ),
  Setting(
    {'features': 3, 'param_dtype': 'float64'},
    SIZES,
    'float64',
    2,
    LENGTH,
  ),
)

ELMAN = of_network(
  Elman,
  carry='features',
  choices={
    'unroll': (1, 2),
  },
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {
        'features': 3,
        'param_dtype': 'bfloat16',
        'reverse': True,
        'unroll': 2,
      },
      SIZES,
      'bfloat16',
      optional=('initial_carry',),
    ),
    Setting({'features': 3}, {'time': 0, 'inputs': 2}),
    Setting(
      {
        'features': 1,
        'activation': 'relu',
        'recurrent_init': 'custom_w_init',
        'kernel_init': 'another_custom_w_init',
        'bias_init': 'uniform',
      },
      {'time': 1, 'inputs': 1},
    ),
    Setting({'features': 3, 'dtype': 'bfloat16', 'reverse': True}, SIZES),
    ROWS[2],
  ),
  oracle=oracle.elman,
  flax=oracle.flax_elman,
  text=True,
)

VECTORS: dict[str, Any] = {
  'choices': CHOICES,
  'sizes': {'time': (0, 1, 4), 'inputs': (1, 2)},
  'rows': ROWS,
}
PAIR = LSTMCarry._make(2 * ['features'])

JORDAN = of_network(
  Jordan,
  carry='features',
  oracle=oracle.jordan,
  text=True,
  **{
    **VECTORS,
    'choices': CHOICES,
  },
)

LSTM_CASE = of_network(
  LSTM,
  carry=PAIR,
  oracle=oracle.lstm,
  flax=oracle.flax_lstm,
  text=True,
  **VECTORS,
)

OPTIMIZED_LSTM = of_network(
  OptimizedLSTM,
  carry=PAIR,
  oracle=oracle.lstm,
  flax=oracle.flax_optimized_lstm,
  **VECTORS,
)

GRU_CASE = of_network(
  GRU,
  carry='features',
  oracle=oracle.gru,
  flax=oracle.flax_gru,
  text=True,
  **VECTORS,
)

MGU_FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16', 'reset_gate': False}
MGU_CASE = of_network(
  MGU,
  carry='features',
  oracle=oracle.mgu,
  flax=oracle.flax_mgu,
  **{
    **VECTORS,
    'rows': (
      Setting({'features': 3, 'activation_bias_init': 'uniform'}, SIZES),
      Setting(
        {**MGU_FLOAT16, 'reverse': True, 'unroll': 2},
        SIZES,
        'bfloat16',
        optional=('initial_carry',),
      ),
      ROWS[2],
    ),
  },
)

CONCATENATED = of_network(
  Concatenated,
  carry='features',
  oracle=oracle.concatenated,
  text=True,
  **VECTORS,
)

MIN_GRU = of_network(
  MinGRU,
  carry='features',
  oracle=oracle.min_gru,
  **{
    **VECTORS,
    'rows': (
      *ROWS,
      Setting(
        {'features': 3, 'mode': 'associative', 'reverse': True},
        SIZES,
        optional=('initial_carry', 'seq_length'),
      ),
      Setting({'features': 2, 'mode': 'associative'}, SIZES, 'float32', 2),
    ),
  },
)

IMAGES = {'time': 6, 'height': 4, 'width': 5, 'inputs': 3}
CONV_FLOAT16 = {'features': 2, 'kernel_size': (2, 3), 'param_dtype': 'bfloat16'}
CONV_LSTM = of_network(
  ConvLSTM,
  carry=LSTMCarry._make(2 * ['height width features']),
  choices={**CHOICES, 'kernel_size': ((1, 1), (3, 3), (2, 3))},
  sizes={'time': (0, 1, 3), 'height': (1, 3), 'width': (2,), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 2, 'bias_init': 'uniform'}, IMAGES),
    Setting(
      {**CONV_FLOAT16, 'reverse': True, 'unroll': 2},
      IMAGES,
      'bfloat16',
      optional=('initial_carry',),
    ),
    Setting(
      {'features': 2, 'param_dtype': 'float64', 'zero_padding': True},
      IMAGES,
      'float64',
      2,
      LENGTH,
    ),
  ),
  oracle=oracle.conv_lstm,
  flax=oracle.flax_conv_lstm,
)

CASES = (
  ELMAN,
  JORDAN,
  LSTM_CASE,
  OPTIMIZED_LSTM,
  GRU_CASE,
  MGU_CASE,
  CONCATENATED,
  MIN_GRU,
  CONV_LSTM,
)
