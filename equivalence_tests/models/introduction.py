"""The Linen introduction: dense layers, jit, remat and a scan of a batch."""

from typing import Any

from equivalence_tests.cases import Case, Setting
from equivalence_tests.oracle import introduction as oracle
from equivalence_tests.oracle.first import dense

FLOAT16 = {'param_dtype': 'bfloat16'}
FLOAT64 = {'param_dtype': 'float64', 'bias_init': 'uniform'}

EXPLICIT_DENSE = Case(
  model='explicit_dense',
  line='a dense layer whose parameters are made before the call',
  arguments={'x': 'features_in'},
  choices={'features': (1, 3), 'features_in': (1, 2)},
  sizes={},
  rows=(
    Setting({'features': 3, 'features_in': 2}, {}),
    Setting({**FLOAT16, 'features': 3, 'features_in': 2}, {}, 'bfloat16'),
    Setting({**FLOAT64, 'features': 3, 'features_in': 2}, {}, 'float64', 2),
  ),
  oracle=dense,
  flax=oracle.flax_explicit_dense,
)


def perceptron(model: str, line: str, flax: Any) -> Case:
  """A multilayer perceptron: x [inputs] -> y [features[-1]]."""
  return Case(
    model=model,
    line=line,
    arguments={'x': 'inputs'},
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


MLP = perceptron(
  'mlp',
  'a multilayer perceptron, its layers named where they are called',
  oracle.flax_mlp,
)
EXPLICIT_MLP = perceptron(
  'explicit_mlp',
  'the same, of a list of layers made before the call',
  oracle.flax_explicit_mlp,
)
JIT_MLP = perceptron(
  'jit_mlp',
  'the same, each layer under jit, with keys of its own',
  oracle.flax_jit_mlp,
)
REMAT_MLP = perceptron(
  'remat_mlp',
  'the same under remat: computed again for the gradient',
  oracle.flax_remat_mlp,
)

SIZES = {'batch': 5, 'time': 4, 'inputs': 2}
SIMPLE_SCAN = Case(
  model='simple_scan',
  line='the LSTM on a batch, scanned along axis 1',
  arguments={'xs': 'batch time inputs'},
  choices={},
  sizes={'batch': (1, 2), 'time': (0, 1, 4), 'inputs': (1, 2)},
  rows=(
    Setting({'bias_init': 'uniform'}, SIZES),
    Setting(FLOAT16, SIZES, 'bfloat16'),
    Setting(FLOAT64, SIZES, 'float64', 2),
  ),
  oracle=oracle.simple_scan,
  flax=oracle.flax_simple_scan,
)

CASES = (EXPLICIT_DENSE, MLP, EXPLICIT_MLP, JIT_MLP, REMAT_MLP, SIMPLE_SCAN)
