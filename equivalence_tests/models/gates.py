"""Gated cells: the LSTM, plain and fused, GRU, MGU, and one of convolutions."""

from typing import Any

from core_rnn.types import LSTMCarry
from equivalence_tests.cases import Case, Setting
from equivalence_tests.oracle import gates as oracle

SIZES = {'time': 5, 'inputs': 2}
CHOICES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
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

VECTORS: dict[str, Any] = {
  'arguments': {'xs': 'time inputs'},
  'choices': CHOICES,
  'sizes': {'time': (0, 1, 4), 'inputs': (1, 2)},
  'rows': ROWS,
}
PAIR = {'initial_carry': LSTMCarry._make(2 * ['features'])}
SINGLE = {'initial_carry': 'features'}

LSTM = Case(
  model='lstm',
  line='the LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t)',
  optional=PAIR,
  oracle=oracle.lstm,
  flax=oracle.flax_lstm,
  text=True,
  **VECTORS,
)

OPTIMIZED_LSTM = Case(
  model='optimized_lstm',
  line='the LSTM, fused: one product each of x_t and h_{t-1} for all gates',
  optional=PAIR,
  oracle=oracle.lstm,
  flax=oracle.flax_optimized_lstm,
  **VECTORS,
)

GRU = Case(
  model='gru',
  line='the GRU: h_t = (1 - z) n + z h_{t-1}, with gates r and z',
  optional=SINGLE,
  oracle=oracle.gru,
  flax=oracle.flax_gru,
  text=True,
  **VECTORS,
)

MGU_FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16', 'reset_gate': False}
MGU = Case(
  model='mgu',
  line='the minimal gated unit: h_t = (1 - f) n + f h_{t-1}, with one gate',
  optional=SINGLE,
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
      Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64', 2),
    ),
  },
)

IMAGES = {'time': 6, 'height': 4, 'width': 5, 'inputs': 3}
CONV_FLOAT16 = {'features': 2, 'kernel_size': (2, 3), 'param_dtype': 'bfloat16'}
CONV_LSTM = Case(
  model='conv_lstm',
  line='the LSTM of images, with convolutions for its products',
  arguments={'xs': 'time height width inputs'},
  optional={'initial_carry': LSTMCarry._make(2 * ['height width features'])},
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
    Setting({'features': 2, 'param_dtype': 'float64'}, IMAGES, 'float64', 2),
  ),
  oracle=oracle.conv_lstm,
  flax=oracle.flax_conv_lstm,
)

CASES = (LSTM, OPTIMIZED_LSTM, GRU, MGU, CONV_LSTM)
