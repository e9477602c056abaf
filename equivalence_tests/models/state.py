"""Networks that draw or remember."""

from typing import Any

from equivalence_tests.cases import INITIALIZERS, Case, Setting
from equivalence_tests.oracle import state as oracle

SIZES = {'time': 4, 'inputs': 2}
HANDFUL = {'time': (0, 1, 4), 'inputs': (1, 2)}
CHOICES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
  'kernel_init': INITIALIZERS,
  'bias_init': ('zeros', 'uniform'),
}
FLOAT16 = {'features': 3, 'param_dtype': 'bfloat16'}
FLOAT64 = {'features': 3, 'param_dtype': 'float64', 'bias_init': 'uniform'}

COUNTER = Case(
  model='counter',
  line='a counter: how often it was applied, in a collection of its own',
  arguments={},
  choices={},
  sizes={},
  rows=(Setting({}, {}),),
  oracle=oracle.counter,
  state=('counter',),
)

DROPOUT = Case(
  model='dropout',
  line='dropout: y = m x / (1 - rate), with a mask m from a stream',
  arguments={'x': 'features'},
  choices={'rate': (0.0, 0.25, 0.5), 'deterministic': (False, True)},
  sizes={'features': (1, 5)},
  rows=(
    Setting({}, {'features': 5}),
    Setting({'rate': 0.25}, {'features': 5}, 'bfloat16', 2),
    Setting({'rate': 0.25}, {'features': 5}, 'float64'),
    Setting({'deterministic': True}, {'features': 5}),
  ),
  oracle=oracle.dropout,
  flax=oracle.flax_dropout,
  streams=('dropout',),
)

DROPOUT_RNN = Case(
  model='dropout_rnn',
  line='recurrent dropout: one mask a step, or one a sequence',
  arguments={'xs': 'time inputs'},
  choices={
    **CHOICES,
    'rate': (0.0, 0.25, 0.5),
    'split_rngs': (True, False),
    'deterministic': (False, True),
  },
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {**FLOAT16, 'split_rngs': False, 'rate': 0.25}, SIZES, 'bfloat16', 2
    ),
    Setting({**FLOAT64, 'rate': 0.25}, SIZES, 'float64'),
    Setting({'features': 3, 'deterministic': True}, SIZES),
  ),
  oracle=oracle.dropout_rnn,
  streams=('dropout',),
)

ZONEOUT = Case(
  model='zoneout',
  line='zoneout: h_t is h_{t-1} where a coin of a stream says so',
  arguments={'xs': 'time inputs'},
  choices={
    **CHOICES,
    'rate': (0.0, 0.25, 0.5),
    'split_rngs': (True, False),
    'deterministic': (False, True),
  },
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3, 'rate': 0.5}, SIZES),
    Setting(
      {**FLOAT16, 'split_rngs': False, 'rate': 0.25}, SIZES, 'bfloat16', 2
    ),
    Setting({**FLOAT64, 'rate': 0.25}, SIZES, 'float64'),
    Setting({'features': 3, 'deterministic': True}, SIZES),
  ),
  oracle=oracle.zoneout,
  streams=('zoneout',),
)

NOISE_RNN = Case(
  model='noise_rnn',
  line='noise in the state, of a stream of its own: h_t = tanh(...) + s e_t',
  arguments={'xs': 'time inputs'},
  choices={
    **CHOICES,
    'scale': (0.0, 0.1, 0.5),
    'split_rngs': (True, False),
    'deterministic': (False, True),
  },
  sizes=HANDFUL,
  rows=(
    Setting({'features': 3}, SIZES),
    Setting(
      {**FLOAT16, 'split_rngs': False, 'scale': 0.5}, SIZES, 'bfloat16', 2
    ),
    Setting({**FLOAT64, 'scale': 0.5}, SIZES, 'float64'),
    Setting({'features': 3, 'deterministic': True}, SIZES),
  ),
  oracle=oracle.noise_rnn,
  streams=('noise',),
)

CASES = (COUNTER, DROPOUT, DROPOUT_RNN, ZONEOUT, NOISE_RNN)
