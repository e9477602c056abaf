"""Batches, ensembles, both at once, and a named axis: what vmap is for."""

from core_rnn.networks.batches.batched import Batched
from core_rnn.networks.batches.ensemble import Ensemble
from core_rnn.networks.batches.nested import Nested
from core_rnn.networks.batches.normalised import Normalised
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import batches as oracle

SIZES = {'batch': 6, 'time': 4, 'inputs': 2}
HANDFUL = {'batch': (1, 2), 'time': (1, 4), 'inputs': (1, 2)}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16'}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'bias_init': 'uniform'}
ALONE = ('initial_carry', 'seq_length')
BOTH = ('initial_carry', 'seq_lengths')
LENGTHS = ('seq_lengths',)
LAYOUTS = {
  0: 'batch time inputs',
  1: 'time batch inputs',
  2: 'time inputs batch',
}


def laid_out(setting: Setting) -> str:
  """Where the batch is among the axes."""
  return LAYOUTS[setting.hyperparameters.get('in_axes', 0)]


def nested_carry(setting: Setting) -> str:
  """Members and batch, the outer one in front."""
  by_batch = setting.hyperparameters.get('outer') == 'batch'
  outer = 'batch members' if by_batch else 'members batch'
  return f'{outer} features'


BATCHED = of_network(
  Batched,
  carry='batch features',
  arguments={'xs': laid_out},
  choices={'in_axes': (0, 1, 2), 'out_axes': (0, 1, 2)},
  sizes={'batch': (0, 1, 2), 'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {**FLOAT16, 'in_axes': 1, 'out_axes': 1}, SIZES, 'bfloat16', 0, BOTH
    ),
    Setting(
      {**FLOAT64, 'in_axes': 2, 'out_axes': 2, 'zero_padding': True},
      SIZES,
      'float64',
      0,
      LENGTHS,
    ),
    Setting({'features': 1}, {'batch': 0, 'time': 4, 'inputs': 1}),
    Setting({'features': 1}, {'batch': 1, 'time': 4, 'inputs': 1}),
  ),
  oracle=oracle.batched,
)

ENSEMBLE = of_network(
  Ensemble,
  carry='members features',
  choices={
    'members': (1, 3),
    'params_axis': (0, 1, -1),
  },
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3, 'members': 5, 'bias_init': 'uniform'}, SIZES),
    Setting(
      {**FLOAT16, 'members': 2, 'params_axis': 1}, SIZES, 'bfloat16', 2, ALONE
    ),
    Setting(
      {**FLOAT64, 'members': 3, 'split_rngs': False, 'params_axis': -1},
      SIZES,
      'float64',
    ),
  ),
  oracle=oracle.ensemble,
)

NESTED = of_network(
  Nested,
  carry=nested_carry,
  choices={'members': (1, 3)},
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'members': 5}, SIZES),
    Setting(
      {**FLOAT16, 'members': 2, 'outer': 'batch'}, SIZES, 'bfloat16', 0, BOTH
    ),
    Setting({**FLOAT64, 'members': 3}, SIZES, 'float64', 0, BOTH),
  ),
  oracle=oracle.nested,
)

NORMALISED = of_network(
  Normalised,
  carry='batch features',
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(FLOAT16, SIZES, 'bfloat16', 0, BOTH),
    Setting({**FLOAT64, 'zero_padding': True}, SIZES, 'float64', 2, LENGTHS),
  ),
  oracle=oracle.normalised,
)

CASES = (BATCHED, ENSEMBLE, NESTED, NORMALISED)
