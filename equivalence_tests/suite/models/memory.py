"""Networks that compute again, on the way back, what they do not remember."""

from core_rnn.networks.memory.remat_rnn import RematRNN
from core_rnn.networks.memory.remat_stack import RematStack
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import memory as oracle

SIZES = {'time': 4, 'inputs': 2}

REMAT_RNN = of_network(
  RematRNN,
  carry='features',
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16', 'saved': 'products'},
      SIZES,
      'bfloat16',
      2,
      ('initial_carry', 'seq_length'),
    ),
    Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64'),
  ),
  oracle=oracle.remat_rnn,
)

REMAT_STACK = of_network(
  RematStack,
  choices={'lengths': ((1, 1), (2, 3), (3, 2))},
  sizes={'features': (1, 3)},
  rows=(
    Setting({'lengths': (2, 3)}, {'features': 3}),
    Setting(
      {'lengths': (3, 2), 'param_dtype': 'bfloat16', 'bias_init': 'uniform'},
      {'features': 3},
      'bfloat16',
      2,
    ),
    Setting(
      {'lengths': (2, 2), 'param_dtype': 'float64'}, {'features': 3}, 'float64'
    ),
  ),
  oracle=oracle.remat_stack,
)

CASES = (REMAT_RNN, REMAT_STACK)
