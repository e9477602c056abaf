"""Networks whose collections move: a count, and statistics of batches."""

from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.networks.state.batchnorm_rnn import BatchnormRNN
from core_rnn.networks.state.block import Block
from core_rnn.networks.state.counter import Counter
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import state as oracle

SIZES = {'batch': 3, 'time': 4, 'inputs': 2}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16'}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'bias_init': 'uniform'}

COUNTER = of_network(
  Counter,
  sizes={},
  rows=(Setting({}, {}),),
  oracle=oracle.counter,
)

BATCH_NORM = of_network(
  BatchNorm,
  choices={
    'momentum': (0.5, 0.99),
  },
  sizes={'batch': (0, 1, 3), 'features': (1, 2)},
  rows=(
    Setting({}, {'batch': 3, 'features': 2}),
    Setting(
      {'param_dtype': 'bfloat16', 'momentum': 0.5},
      {'batch': 3, 'features': 2},
      'bfloat16',
    ),
    Setting(
      {'param_dtype': 'float64', 'use_running_average': True},
      {'batch': 3, 'features': 2},
      'float64',
      2,
    ),
    Setting({}, {'batch': 0, 'features': 2}),
  ),
  oracle=oracle.batch_norm,
  flax=oracle.flax_batch_norm,
)

BLOCK = of_network(
  Block,
  sizes={'batch': (0, 1, 3), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, {'batch': 3, 'inputs': 2}),
    Setting({**FLOAT16, 'rate': 0.25}, {'batch': 3, 'inputs': 2}, 'bfloat16'),
    Setting({**FLOAT64, 'rate': 0.25}, {'batch': 3, 'inputs': 2}, 'float64', 2),
    Setting({'features': 3, 'training': False}, {'batch': 3, 'inputs': 2}),
    Setting({'features': 3}, {'batch': 0, 'inputs': 2}),
  ),
  oracle=oracle.block,
  flax=oracle.flax_block,
)

BATCHNORM_RNN = of_network(
  BatchnormRNN,
  carry='batch features',
  choices={
    'momentum': (0.5, 0.99),
  },
  sizes={'batch': (0, 1, 3), 'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {**FLOAT16, 'statistics': 'axis'},
      SIZES,
      'bfloat16',
      optional=('initial_carry',),
    ),
    Setting(
      {**FLOAT64, 'momentum': 0.5},
      SIZES,
      'float64',
      2,
      ('initial_carry', 'seq_lengths'),
    ),
    Setting(
      {'features': 3, 'statistics': 'axis', 'use_running_average': True}, SIZES
    ),
    Setting({'features': 3}, {**SIZES, 'batch': 0}),
  ),
  oracle=oracle.batchnorm_rnn,
)

CASES = (COUNTER, BATCH_NORM, BLOCK, BATCHNORM_RNN)
