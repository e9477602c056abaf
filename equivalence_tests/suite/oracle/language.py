"""What reads and writes text, as a loop: Karpathy (2015)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.chance import derived
from equivalence_tests.suite.oracle.deep import in_a_row
from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import exact, stack

Params = Mapping[str, Any]


def char_rnn(
  variables: Params,
  tokens: np.ndarray,
  given: dict[str, Any],
  rngs: Any,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """Logits of h = deep_rnn(x), x the row that each of tokens picks."""
  params, tokens = variables['params'], tokens.astype(int)
  rows = exact(np.eye(given['vocabulary']))
  if given.get('embedding') is not None:
    rows = params['embedding']
  size = rows.shape[-1]
  xs = rows[tokens].reshape(*tokens.shape, size)
  draw = lambda *path: derived(rngs['dropout'], 'layers', *path)
  how = {'cell': 'concatenated', **given}, draw, initial_carry, seq_lengths
  carries, ys = in_a_row(params['layers'], xs, *how)
  time, count = tokens.shape[1], given['vocabulary']
  logits = [
    stack([affine(params['head'], y[t]) for t in range(time)], (count,))
    for y in (ys[b] for b in range(len(tokens)))
  ]
  return carries, stack(logits, (time, count))
