"""Depth: layers in a row, in a scan, in a loop, and by layer_scan."""

from functools import partial
from typing import Any

from equivalence_tests.cases import Case, Setting
from equivalence_tests.oracle import depth as oracle

SIZES = {'time': 5}
HANDFUL = {'time': (1, 3)}
CHOICES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
  'rate': (0.0, 0.5),
}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16', 'deterministic': True}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'rate': 0.5}

RESIDUAL = Case(
  model='residual',
  line='a residual recurrent layer: ys = xs + dropout(elman(xs))',
  arguments={'xs': 'time features'},
  choices=CHOICES,
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(FLOAT16, SIZES, 'bfloat16', 2),
    Setting(FLOAT64, SIZES, 'float64'),
  ),
  oracle=oracle.residual,
  streams=('dropout',),
)

STACK = RESIDUAL._replace(
  model='stack',
  line='depth by a scan over layers, parameters and masks of their own',
  choices={**CHOICES, 'layers': (1, 3), 'unroll': (1, 2)},
  rows=(
    Setting({'features': 2, 'layers': 3}, SIZES),
    Setting({**FLOAT16, 'layers': 4, 'unroll': 2}, SIZES, 'bfloat16', 2),
    Setting({**FLOAT64, 'layers': 2}, SIZES, 'float64'),
  ),
  oracle=partial(oracle.stack_of, 2),
)

LOOP_STACK = STACK._replace(
  model='loop_stack',
  line='depth by a Python loop, each layer under a name of its own',
  choices={**CHOICES, 'layers': (1, 3)},
  rows=tuple(
    row._replace(
      hyperparameters={
        name: value
        for name, value in row.hyperparameters.items()
        if name != 'unroll'
      }
    )
    for row in STACK.rows
  ),
  oracle=oracle.loop_stack,
)

LAYER_STACK = STACK._replace(
  model='layer_stack',
  line='depth by layer_scan: made under vmap, run under scan',
  oracle=partial(oracle.stack_of, 1),
)

SPACES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
  'state': (1, 2),
}
SSM = Case(
  model='ssm',
  line='a state-space layer, as a convolution and as a recurrence',
  arguments={'us': 'time features'},
  choices={**SPACES},
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'mode': 'recurrence'}, SIZES),
    Setting({'features': 3, 'param_dtype': 'bfloat16'}, SIZES, 'bfloat16', 2),
    Setting({'features': 2, 'param_dtype': 'float64'}, SIZES, 'float64'),
  ),
  oracle=oracle.ssm,
  state=('cache',),
)

SSM_STACK = SSM._replace(
  model='ssm_stack',
  state=(),
  line='depth by layer_scan, its slow setup batched over the layers',
  choices={**SPACES, 'layers': (1, 3)},
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
    ),
    Setting(
      {'features': 2, 'layers': 3, 'param_dtype': 'float64'}, SIZES, 'float64'
    ),
  ),
  oracle=oracle.ssm_stack,
)

CASES = (RESIDUAL, STACK, LOOP_STACK, LAYER_STACK, SSM, SSM_STACK)
