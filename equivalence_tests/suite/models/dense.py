"""Dense layers, and several of them in a row."""

from typing import Any

from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.dense.explicit_dense import ExplicitDense
from core_rnn.networks.dense.explicit_mlp import ExplicitMLP
from core_rnn.networks.dense.folded_mlp import FoldedMLP
from core_rnn.networks.dense.jit_mlp import JitMLP
from core_rnn.networks.dense.mlp import MLP
from core_rnn.networks.dense.remat_mlp import RematMLP
from core_rnn.networks.network import Network
from equivalence_tests.suite.cases import Case, Setting, of_network
from equivalence_tests.suite.oracle import dense as oracle

FLOAT16 = {'param_dtype': 'bfloat16'}
FLOAT64 = {'param_dtype': 'float64', 'bias_init': 'uniform'}

DENSE = of_network(
  Dense,
  sizes={'inputs': (1, 2)},
  rows=(
    Setting({'features': 3}, {'inputs': 2}),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16'}, {'inputs': 2}, 'bfloat16'
    ),
    Setting(
      {'features': 3, 'param_dtype': 'float64'}, {'inputs': 2}, 'float64', 2
    ),
    Setting(
      {'features': 1, 'bias_init': 'custom_w_init', 'dtype': 'bfloat16'},
      {'inputs': 1},
    ),
  ),
  oracle=oracle.dense,
  flax=oracle.flax_dense,
)

EXPLICIT_DENSE = of_network(
  ExplicitDense,
  choices={'features_in': (1, 2)},
  sizes={},
  rows=(
    Setting({'features': 3, 'features_in': 2}, {}),
    Setting({**FLOAT16, 'features': 3, 'features_in': 2}, {}, 'bfloat16'),
    Setting({**FLOAT64, 'features': 3, 'features_in': 2}, {}, 'float64', 2),
  ),
  oracle=oracle.dense,
  flax=oracle.flax_explicit_dense,
)


def perceptron(network: type[Network], flax: Any) -> Case:
  """A multilayer perceptron: x [inputs] -> y [features[-1]]."""
  return of_network(
    network,
    choices={'features': ((3,), (1, 2), (2, 2, 3))},
    sizes={'inputs': (1, 2)},
    rows=(
      Setting({'features': (3, 4, 5)}, {'inputs': 2}),
      Setting({**FLOAT16, 'features': (2, 2, 2)}, {'inputs': 2}, 'bfloat16'),
      Setting({**FLOAT64, 'features': (3, 2)}, {'inputs': 2}, 'float64', 2),
    ),
    oracle=oracle.mlp,
    flax=flax,
  )


MLP_CASE = perceptron(MLP, oracle.flax_mlp)
EXPLICIT_MLP = perceptron(ExplicitMLP, oracle.flax_explicit_mlp)
JIT_MLP = perceptron(JitMLP, oracle.flax_jit_mlp)
FOLDED_MLP = perceptron(FoldedMLP, oracle.flax_folded_mlp)
REMAT_MLP = perceptron(RematMLP, oracle.flax_remat_mlp)

CASES = (
  DENSE,
  EXPLICIT_DENSE,
  MLP_CASE,
  EXPLICIT_MLP,
  JIT_MLP,
  FOLDED_MLP,
  REMAT_MLP,
)
