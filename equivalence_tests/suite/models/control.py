"""Networks that decide in each step what to compute, and how often."""

from typing import Any

from core_rnn.networks.control.graded_rnn import GradedRNN
from core_rnn.networks.control.ponder_rnn import PonderRNN
from core_rnn.networks.control.skip_rnn import SkipRNN
from core_rnn.networks.network import Network
from equivalence_tests.suite.cases import Case, of_network
from equivalence_tests.suite.oracle import control as oracle


def deciding(network: type[Network], oracle: Any, **more: Any) -> Case:
  """A network that decides by the size of its input."""
  return of_network(
    network,
    carry='features',
    choices=more,
    sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
    oracle=oracle,
  )


SKIP_RNN = deciding(SkipRNN, oracle.skip_rnn)
GRADED_RNN = deciding(GradedRNN, oracle.graded_rnn)
PONDER_RNN = deciding(PonderRNN, oracle.ponder_rnn, limit=(1, 2, 3))

CASES = (SKIP_RNN, GRADED_RNN, PONDER_RNN)
