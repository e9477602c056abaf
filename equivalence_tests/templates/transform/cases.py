"""The case of the network: sizes to try, and its float64 loop."""

from equivalence_tests.suite.cases import of_network
from equivalence_tests.templates.transform import oracle
from equivalence_tests.templates.transform.network import MyRnn

MY_RNN = of_network(
  MyRnn,
  carry='features',
  sizes={'time': (0, 1, 4), 'inputs': (1, 2)},
  choices={'turns': (1, 2, 4)},
  oracle=oracle.my_rnn,
)

CASES = (MY_RNN,)
