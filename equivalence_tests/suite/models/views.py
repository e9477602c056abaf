"""Networks that see their variables otherwise than they keep them."""

from core_rnn.networks.views.causal_rnn import CausalRNN
from core_rnn.networks.views.polyak_rnn import PolyakRNN
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import views as oracle

SIZES = {'time': 4, 'inputs': 2}
BOTH = ('initial_carry', 'seq_length')
HANDFUL = {'time': (0, 1, 4), 'inputs': (1, 2)}

CAUSAL_RNN = of_network(
  CausalRNN,
  carry='features',
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16'}, SIZES, 'bfloat16', 2, BOTH
    ),
    Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64'),
  ),
  oracle=oracle.causal_rnn,
)

POLYAK_RNN = of_network(
  PolyakRNN,
  carry='features',
  choices={'momentum': (0.5, 0.9)},
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16', 'momentum': 0.5},
      SIZES,
      'bfloat16',
      optional=BOTH,
    ),
    Setting(
      {'features': 3, 'param_dtype': 'float64', 'averaged': True},
      SIZES,
      'float64',
    ),
  ),
  oracle=oracle.polyak_rnn,
)

CASES = (CAUSAL_RNN, POLYAK_RNN)
