"""The first models: a dense layer, and the Elman network."""

from equivalence_tests.cases import Case, Setting
from equivalence_tests.oracle.first import dense, elman, flax_dense, flax_elman

DENSE = Case(
  model='dense',
  line='a dense layer, y = x W + b',
  arguments={'x': 'inputs'},
  choices={
    'features': (1, 3),
  },
  sizes={'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, {'inputs': 2}),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16'}, {'inputs': 2}, 'bfloat16'
    ),
    Setting(
      {'features': 3, 'param_dtype': 'float64'}, {'inputs': 2}, 'float64', 2
    ),
    Setting(
      {'features': 1, 'bias_init': 'custom_w_init', 'dtype': 'bfloat16'},
      {'inputs': 1},
    ),
  ),
  oracle=dense,
  flax=flax_dense,
)

SIZES = {'time': 5, 'inputs': 2}
ELMAN = Case(
  model='elman',
  line='the Elman network, h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))',
  arguments={'xs': 'time inputs'},
  optional={'initial_carry': 'features'},
  choices={
    'features': (1, 3),
    'activation': ('tanh', 'sin', 'relu'),
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
    Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64', 2),
  ),
  oracle=elman,
  flax=flax_elman,
  text=True,
)

CASES = (DENSE, ELMAN)
