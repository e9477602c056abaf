"""Networks that predict the next character of a text."""

from functools import partial
from typing import Any

from core_rnn.networks.language.char_rnn import CharRNN
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.models.sequences import (
  BOTH,
  by_rule,
  carried_by_each,
)
from equivalence_tests.suite.oracle import language as oracle

SIZES = {'batch': 3, 'time': 4}
CELLS = ('concatenated', 'elman', 'gru', 'lstm', 'ssm', 'min_gru')
NEEDED: dict[str, Any] = {'vocabulary': 5, 'features': (3, 2)}

CHAR_RNN = of_network(
  CharRNN,
  carry=partial(carried_by_each, usual='concatenated'),
  choices={
    'vocabulary': (2, 5),
    'cell': CELLS,
    'embedding': (None, 3),
    'rate': (0.0, 0.5),
    'unroll': (1, 2),
  },
  sizes={'batch': (0, 1, 2), 'time': (0, 1, 3)},
  rows=(
    Setting(NEEDED, SIZES),
    Setting(
      {**NEEDED, 'cell': 'gru', 'param_dtype': 'bfloat16', 'deferred': True},
      SIZES,
      'bfloat16',
      optional=BOTH,
    ),
    Setting(
      {
        **NEEDED,
        'cell': 'lstm',
        'param_dtype': 'float64',
        'embedding': 2,
        'rate': 0.5,
        'learned_carry': True,
      },
      SIZES,
      'float64',
      2,
      optional=('seq_lengths',),
    ),
  ),
  oracle=oracle.char_rnn,
  writes=True,
  lacks=by_rule,
)

CASES = (CHAR_RNN,)
