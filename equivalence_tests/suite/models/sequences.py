"""Networks over batches of sequences."""

from typing import Any, cast

from core_rnn.networks.sequences.bidirectional import Bidirectional
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.networks.sequences.rnn import RNN
from core_rnn.networks.sequences.simple_scan import SimpleScan
from core_rnn.types import BothWays, LSTMCarry
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import deep
from equivalence_tests.suite.oracle import sequences as oracle

SIZES = {'batch': 5, 'time': 4, 'inputs': 2}
HANDFUL = {'batch': (0, 1, 2), 'time': (0, 1, 4), 'inputs': (1, 2)}
CHOICES: dict[str, tuple[Any, ...]] = {
  'unroll': (1, 2),
}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16', 'return_carry': True}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'bias_init': 'uniform'}
BOTH = ('initial_carry', 'seq_lengths')


def laid_out(setting: Setting) -> str:
  """Where time stands among the axes."""
  time_major = setting.hyperparameters.get('time_major', False)
  return 'time batch inputs' if time_major else 'batch time inputs'


def carried(setting: Setting, each: str = 'batch features') -> Any:
  """What the cell hands from step to step, of a batch."""
  cell = setting.hyperparameters.get('cell', 'lstm')
  pairs = cell.endswith('lstm')
  return LSTMCarry(*cast(Any, [each, each])) if pairs else each


def carried_alone(setting: Setting) -> Any:
  """The same of one sequence."""
  return carried(setting, 'features')


def by_rule(setting: Setting) -> tuple[str, ...]:
  """What JAX does not make of a rule for the way back."""
  return ('jvp',) if setting.hyperparameters.get('deferred', False) else ()


def carried_both_ways(setting: Setting) -> Any:
  """The same of a network forward, and of one backward."""
  return BothWays(carried(setting), carried(setting))


RNN_CASE = of_network(
  RNN,
  arguments={'xs': laid_out},
  carry=carried,
  choices=CHOICES,
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {
        **FLOAT16,
        'cell': 'elman',
        'reverse': True,
        'time_major': True,
        'include_initial_carry': True,
      },
      SIZES,
      'bfloat16',
      optional=BOTH,
    ),
    Setting(
      {**FLOAT64, 'reverse': True, 'return_carry': True, 'deferred': True},
      SIZES,
      'float64',
      optional=BOTH,
    ),
    Setting(
      {
        **FLOAT64,
        'cell': 'gru',
        'reverse': True,
        'keep_order': True,
        'include_initial_carry': True,
        'unroll': 2,
        'zero_padding': True,
      },
      SIZES,
      'float64',
      2,
      optional=('seq_lengths',),
    ),
  ),
  oracle=oracle.rnn,
  lacks=by_rule,
  flax=oracle.flax_rnn,
)

BIDIRECTIONAL = of_network(
  Bidirectional,
  arguments={'xs': laid_out},
  carry=carried_both_ways,
  choices={**CHOICES, 'merge_fn': ('concatenate', 'add')},
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'cell': 'elman'}, SIZES),
    Setting({**FLOAT16, 'time_major': True}, SIZES, 'bfloat16', optional=BOTH),
    Setting(
      {
        **FLOAT64,
        'cell': 'elman',
        'merge_fn': 'add',
        'unroll': 2,
        'zero_padding': True,
      },
      SIZES,
      'float64',
      2,
      optional=('seq_lengths',),
    ),
  ),
  oracle=oracle.bidirectional,
  flax=oracle.flax_bidirectional,
)


def carried_by_each(setting: Setting, usual: str = 'lstm') -> tuple[Any, ...]:
  """What every layer of a deep network hands from step to step."""
  cell = setting.hyperparameters.get('cell', usual)
  count = len(setting.hyperparameters['features'])
  each = [f'batch features[{number}]' for number in range(count)]
  if cell == 'ssm':
    each = [f'{axes} {deep.STATE}' for axes in each]
  pairs = cell.endswith('lstm')
  return tuple(LSTMCarry._make([axes] * 2) if pairs else axes for axes in each)


DEEP_RNN = of_network(
  DeepRNN,
  carry=carried_by_each,
  choices={**CHOICES, 'rate': (0.0, 0.5), 'carry_init': ('zeros', 'laplace')},
  sizes=HANDFUL,
  rows=(
    Setting({'features': (3, 2)}, SIZES),
    Setting(
      {
        'features': (2, 2),
        'cell': 'min_gru',
        'param_dtype': 'bfloat16',
        'residual': True,
        'deferred': True,
      },
      SIZES,
      'bfloat16',
      optional=BOTH,
    ),
    Setting(
      {
        'features': (2, 3),
        'cell': 'ssm',
        'param_dtype': 'float64',
        'rate': 0.5,
        'learned_carry': True,
        'carry_init': 'uniform',
      },
      SIZES,
      'float64',
      2,
      optional=('seq_lengths',),
    ),
    Setting(
      {
        'features': (3,),
        'cell': 'concatenated',
        'deferred': True,
        'deterministic': True,
        'zero_padding': True,
      },
      SIZES,
      optional=('seq_lengths',),
    ),
  ),
  oracle=deep.deep_rnn,
  lacks=by_rule,
)

SIMPLE_SCAN = of_network(
  SimpleScan,
  carry=LSTMCarry(*cast(Any, ['batch inputs'] * 2)),
  sizes={'batch': (1, 2), 'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'bias_init': 'uniform'}, SIZES),
    Setting(
      {'param_dtype': 'bfloat16'},
      SIZES,
      'bfloat16',
      optional=BOTH,
    ),
    Setting(
      {'param_dtype': 'float64', 'bias_init': 'uniform'}, SIZES, 'float64', 2
    ),
  ),
  oracle=oracle.simple_scan,
  flax=oracle.flax_simple_scan,
)

CASES = (SIMPLE_SCAN, RNN_CASE, BIDIRECTIONAL, DEEP_RNN)
