"""Attention: without parameters, of one head, and of many over batches."""

from typing import Any

from core_rnn.networks.attention.attention import Attention
from core_rnn.networks.attention.multi_head_attention import MultiHeadAttention
from core_rnn.networks.attention.raw_attention import RawAttention
from equivalence_tests.suite.cases import Setting, of_network
from equivalence_tests.suite.oracle import attention as oracle

# Flax divides by the root of the features of a head: 1 and 4 have an exact one.
SIZES = {'queries': 2, 'keys': 3, 'inputs': 4, 'sources': 5}
HANDFUL = {
  'queries': (1, 2),
  'keys': (1, 3),
  'inputs': (1, 4),
  'sources': (1, 4),
}
CHOICES: dict[str, Any] = {
  'out_features': (None, 1, 7),
}
FLOAT16 = {'param_dtype': 'bfloat16', 'bias_init': 'uniform', 'rate': 0.5}
FLOAT64 = {'param_dtype': 'float64', 'bias_init': 'uniform', 'out_features': 7}
MASKED = {'scaled': True, 'causal': True}
LENGTHS = ('key_lengths',)

RAW_ATTENTION = of_network(
  RawAttention,
  sizes={'queries': (1, 2), 'keys': (1, 3), 'features': (1, 4)},
  rows=(
    Setting({'rate': 0.5}, {'queries': 2, 'keys': 3, 'features': 4}),
    Setting(
      {},
      {'queries': 2, 'keys': 3, 'features': 4},
      'bfloat16',
      2,
      optional=LENGTHS,
    ),
    Setting(
      {'deterministic': True, **MASKED},
      {'queries': 2, 'keys': 3, 'features': 4},
      'float64',
    ),
  ),
  oracle=oracle.raw_attention,
  flax=oracle.flax_raw_attention,
)

ATTENTION = of_network(
  Attention,
  choices={'qkv_features': (None, 1, 4), **CHOICES},
  sizes=HANDFUL,
  rows=(
    Setting({'rate': 0.5}, SIZES),
    Setting({**FLOAT16, 'qkv_features': 1}, SIZES, 'bfloat16', 2, LENGTHS),
    Setting({**FLOAT64, **MASKED, 'deterministic': True}, SIZES, 'float64'),
  ),
  oracle=oracle.attention,
  flax=oracle.flax_attention,
)

LAYOUTS = {
  (): '{0} {1}',
  (0,): 'batch {0} {1}',
  (1,): '{0} batch {1}',
  (-1,): '{0} {1} batch',
  (0, 2): 'batch {0} more {1}',
  (-2, 0): 'batch {0} more {1}',
}


def laid_out(positions: str = '', entries: str = ''):
  """Where the batches are among the axes of an argument."""

  def axes(setting: Setting) -> str:
    batch_axes = setting.hyperparameters.get('batch_axes', (0,))
    return LAYOUTS[batch_axes].format(positions, entries).strip()

  return axes


MULTI_HEAD_ATTENTION = of_network(
  MultiHeadAttention,
  arguments={
    'inputs_q': laid_out('queries', 'inputs'),
    'inputs_kv': laid_out('keys', 'sources'),
    'key_lengths': laid_out(),
  },
  choices={
    'qkv_features': (None, 4),
    **CHOICES,
    'num_heads': (1, 4),
    'batch_axes': tuple(LAYOUTS),
  },
  sizes={**HANDFUL, 'inputs': (4,), 'batch': (1, 2), 'more': (1, 2)},
  rows=(
    Setting(
      {'num_heads': 2, 'qkv_features': 8, 'rate': 0.5}, {**SIZES, 'batch': 6}
    ),
    Setting(
      {
        **FLOAT16,
        'num_heads': 4,
        'batch_axes': (1,),
        'broadcast_dropout': True,
      },
      {**SIZES, 'batch': 6},
      'bfloat16',
      2,
    ),
    Setting(
      {
        **FLOAT64,
        **MASKED,
        'num_heads': 3,
        'qkv_features': 3,
        'batch_axes': (0, 2),
      },
      {**SIZES, 'batch': 6, 'more': 8},
      'float64',
      optional=LENGTHS,
    ),
    Setting({'batch_axes': (), 'deterministic': True}, SIZES),
  ),
  oracle=oracle.multi_head_attention,
  flax=oracle.flax_multi_head_attention,
)

CASES = (RAW_ATTENTION, ATTENTION, MULTI_HEAD_ATTENTION)
