"""Networks that draw, each from a stream of its own."""

from typing import Any

from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.chance.dropout_rnn import DropoutRNN
from core_rnn.networks.chance.noise_rnn import NoiseRNN
from core_rnn.networks.chance.zoneout import Zoneout
from core_rnn.networks.network import Network
from equivalence_tests.suite.cases import Case, Setting, of_network
from equivalence_tests.suite.oracle import chance as oracle

SIZES = {'time': 4, 'inputs': 2}
HANDFUL = {'time': (0, 1, 4), 'inputs': (1, 2)}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16'}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'bias_init': 'uniform'}

DROPOUT = of_network(
  Dropout,
  sizes={'features': (1, 5)},
  rows=(
    Setting({}, {'features': 5}),
    Setting({'rate': 0.25}, {'features': 5}, 'bfloat16', 2),
    Setting({'rate': 0.25}, {'features': 5}, 'float64'),
    Setting({'deterministic': True}, {'features': 5}),
  ),
  oracle=oracle.dropout,
  flax=oracle.flax_dropout,
)


def stochastic(
  network: type[Network], oracle: Any, **amount: tuple[float, float]
) -> Case:
  """A network that draws from a stream; by how much, in the rows and others."""
  ((name, (first, other)),) = amount.items()
  return of_network(
    network,
    carry='features',
    choices={name: (0.0, first, other)},
    sizes=HANDFUL,
    rows=(
      Setting({'features': 3, name: first}, SIZES),
      Setting(
        {**FLOAT16, 'split_rngs': False, name: other},
        SIZES,
        'bfloat16',
        2,
        tuple(network.optional),
      ),
      Setting({**FLOAT64, name: other}, SIZES, 'float64'),
      Setting({'features': 3, 'deterministic': True}, SIZES),
    ),
    oracle=oracle,
  )


DROPOUT_RNN = stochastic(DropoutRNN, oracle.dropout_rnn, rate=(0.5, 0.25))
ZONEOUT = stochastic(Zoneout, oracle.zoneout, rate=(0.5, 0.25))
NOISE_RNN = stochastic(NoiseRNN, oracle.noise_rnn, scale=(0.1, 0.5))

CASES = (DROPOUT, DROPOUT_RNN, ZONEOUT, NOISE_RNN)
