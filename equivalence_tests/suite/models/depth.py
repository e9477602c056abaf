"""Depth: layers in a row, in a scan, in a loop, and by layer_scan."""

from functools import partial
from typing import Any

from core_rnn.networks.depth.layer_stack import LayerStack
from core_rnn.networks.depth.loop_stack import LoopStack
from core_rnn.networks.depth.residual import Residual
from core_rnn.networks.depth.ssm import SSM
from core_rnn.networks.depth.ssm_stack import SSMStack
from core_rnn.networks.depth.stack import Stack
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import depth as oracle

SIZES = {'time': 5}
HANDFUL = {'time': (1, 3)}
CHOICES: dict[str, tuple[Any, ...]] = {
  'rate': (0.0, 0.5),
}
BOTH = ('initial_carry', 'seq_length')
LENGTH = ('seq_length',)
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16', 'deterministic': True}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'rate': 0.5}

RESIDUAL = of_network(
  Residual,
  carry='features',
  choices=CHOICES,
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(FLOAT16, SIZES, 'bfloat16', 2, BOTH),
    Setting(FLOAT64, SIZES, 'float64'),
  ),
  oracle=oracle.residual,
)

LOOPED = (
  Setting({'features': 2, 'layers': 3}, SIZES),
  Setting({**FLOAT16, 'layers': 4}, SIZES, 'bfloat16', 2, BOTH),
  Setting({**FLOAT64, 'layers': 2}, SIZES, 'float64'),
)
SCANNED: dict[str, Any] = {
  'carry': 'layers features',
  'choices': {**CHOICES, 'unroll': (1, 2)},
  'sizes': HANDFUL,
  'rows': (
    LOOPED[0],
    Setting({**FLOAT16, 'layers': 4, 'unroll': 2}, SIZES, 'bfloat16', 2, BOTH),
    LOOPED[2],
  ),
}

STACK = of_network(Stack, oracle=partial(oracle.stack_of, 2), **SCANNED)
LOOP_STACK = of_network(
  LoopStack,
  carry='layers features',
  choices=CHOICES,
  sizes=HANDFUL,
  rows=LOOPED,
  oracle=oracle.loop_stack,
)
LAYER_STACK = of_network(
  LayerStack, oracle=partial(oracle.stack_of, 1), **SCANNED
)

SPACES: dict[str, tuple[Any, ...]] = {
  'state': (1, 2),
}
SSM_CASE = of_network(
  SSM,
  choices=SPACES,
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'mode': 'recurrence'}, SIZES),
    Setting(
      {'features': 3, 'param_dtype': 'bfloat16'},
      SIZES,
      'bfloat16',
      2,
      LENGTH,
    ),
    Setting({'features': 2, 'param_dtype': 'float64'}, SIZES, 'float64'),
    Setting(
      {'features': 3, 'mode': 'recurrence', 'zero_padding': True},
      SIZES,
      'float32',
      2,
      LENGTH,
    ),
  ),
  oracle=oracle.ssm,
)

SSM_STACK = of_network(
  SSMStack,
  sizes=HANDFUL,
  choices=SPACES,
  rows=(
    Setting({'features': 2, 'layers': 3}, SIZES),
    Setting(
      {
        'features': 3,
        'layers': 2,
        'param_dtype': 'bfloat16',
        'batched_setup': False,
      },
      SIZES,
      'bfloat16',
      2,
      LENGTH,
    ),
    Setting(
      {'features': 2, 'layers': 3, 'param_dtype': 'float64'}, SIZES, 'float64'
    ),
  ),
  oracle=oracle.ssm_stack,
)

CASES = (RESIDUAL, LOOP_STACK, STACK, LAYER_STACK, SSM_CASE, SSM_STACK)
