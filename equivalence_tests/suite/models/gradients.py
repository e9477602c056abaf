"""Networks that differentiate while they compute, or are differentiated so."""

from typing import Any, cast

from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.networks.gradients.clipped_rnn import ClippedRNN
from core_rnn.networks.gradients.langevin_rnn import LangevinRNN
from core_rnn.networks.gradients.local_rnn import LocalRNN
from core_rnn.networks.gradients.rtrl import RTRL
from core_rnn.networks.gradients.settling_rnn import SettlingRNN
from core_rnn.networks.network import Network
from core_rnn.types import Sensitive, Traced
from equivalence_tests.suite.cases import Case, Setting, of_network
from equivalence_tests.suite.models.sequences import carried_alone
from equivalence_tests.suite.oracle import gradients as oracle

SIZES = {'time': 4, 'inputs': 2}


def over_time(
  network: type[Network],
  oracle: Any,
  lacks: tuple[str, ...] = (),
  carry: Any = 'features',
  **choices: tuple[float, ...],
) -> Case:
  """A network over time, with these choices of what it has of its own."""
  last = {name: several[-1] for name, several in choices.items()}
  return of_network(
    network,
    carry=carry,
    choices=choices,
    sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
    rows=(
      Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
      Setting(
        {'features': 3, 'param_dtype': 'bfloat16', **last},
        SIZES,
        'bfloat16',
        2,
        tuple(network.optional),
      ),
      Setting({'features': 3, 'param_dtype': 'float64'}, SIZES, 'float64'),
    ),
    oracle=oracle,
    lacks=lacks,
  )


SETTLING_RNN = over_time(
  SettlingRNN, oracle.settling_rnn, rate=(0.0, 0.5, 0.25)
)
LANGEVIN_RNN = over_time(
  LangevinRNN,
  oracle.langevin_rnn,
  rate=(0.0, 0.5, 0.25),
  temperature=(0.0, 0.01, 0.5),
)
RTRL_CASE = over_time(
  RTRL,
  oracle.rtrl,
  carry=Sensitive('features', 'features'),
)
STORED = {
  'input': {
    'bias': 'param_dtype: features',
    'kernel': 'param_dtype: inputs features',
  },
  'recurrent': 'param_dtype: features features',
}
LOCAL_RNN = over_time(
  LocalRNN,
  oracle.local_rnn,
  carry=Traced(cast(Any, 'features'), STORED),
  decay=(0.0, 0.9, 0.5),
)
CLIPPED_RNN = over_time(
  ClippedRNN, oracle.clipped_rnn, lacks=('jvp',), limit=(1.0, 0.125)
)

BPTT_CASE = of_network(
  BPTT,
  carry=carried_alone,
  choices={'unroll': (1, 2)},
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'features': 3, 'bias_init': 'uniform'}, SIZES),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16', 'cell': 'elman'},
      SIZES,
      'bfloat16',
      2,
      ('initial_carry', 'seq_length'),
    ),
    Setting({'features': 3, 'cell': 'elman'}, {'time': 0, 'inputs': 2}),
    Setting(
      {'features': 3, 'param_dtype': 'float64', 'cell': 'elman'},
      SIZES,
      'float64',
    ),
    Setting(
      {'features': 3, 'cell': 'mgu', 'reverse': True, 'zero_padding': True},
      SIZES,
      optional=('seq_length',),
    ),
    Setting(
      {
        'features': 3,
        'param_dtype': 'float64',
        'bias_init': 'uniform',
        'cell': 'gru',
        'reverse': True,
        'unroll': 2,
      },
      SIZES,
      'float64',
    ),
  ),
  oracle=oracle.bptt,
  lacks=('jvp',),
)

CASES = (
  SETTLING_RNN,
  LANGEVIN_RNN,
  RTRL_CASE,
  LOCAL_RNN,
  CLIPPED_RNN,
  BPTT_CASE,
)
