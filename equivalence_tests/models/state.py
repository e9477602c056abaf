"""Networks that draw or remember."""

from typing import Any

from equivalence_tests.cases import Case, Setting
from equivalence_tests.oracle import state as oracle

SIZES = {'time': 4, 'inputs': 2}
HANDFUL = {'time': (0, 1, 4), 'inputs': (1, 2)}
CHOICES: dict[str, tuple[Any, ...]] = {
  'features': (1, 3),
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


def stochastic(
  model: str, line: str, oracle: Any, stream: str, **amount: tuple[float, float]
) -> Case:
  """A network that draws from a stream; by how much, in the rows and others."""
  ((name, (first, other)),) = amount.items()
  return Case(
    model=model,
    line=line,
    arguments={'xs': 'time inputs'},
    choices={
      **CHOICES,
      name: (0.0, first, other),
    },
    sizes=HANDFUL,
    rows=(
      Setting({'features': 3, name: first}, SIZES),
      Setting(
        {**FLOAT16, 'split_rngs': False, name: other}, SIZES, 'bfloat16', 2
      ),
      Setting({**FLOAT64, name: other}, SIZES, 'float64'),
      Setting({'features': 3, 'deterministic': True}, SIZES),
    ),
    oracle=oracle,
    streams=(stream,),
  )


DROPOUT_RNN = stochastic(
  'dropout_rnn',
  'recurrent dropout: one mask a step, or one a sequence',
  oracle.dropout_rnn,
  'dropout',
  rate=(0.5, 0.25),
)
ZONEOUT = stochastic(
  'zoneout',
  'zoneout: h_t is h_{t-1} where a coin of a stream says so',
  oracle.zoneout,
  'zoneout',
  rate=(0.5, 0.25),
)
NOISE_RNN = stochastic(
  'noise_rnn',
  'noise in the state, of a stream of its own: h_t = tanh(...) + s e_t',
  oracle.noise_rnn,
  'noise',
  scale=(0.1, 0.5),
)

CASES = (COUNTER, DROPOUT, DROPOUT_RNN, ZONEOUT, NOISE_RNN)
