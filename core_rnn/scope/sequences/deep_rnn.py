"""Runners in a row, each of a size of its own, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.sequences import DeepRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.learned_carry import learned_carry
from core_rnn.scope.parts.over_batch import over_batch


def deep_layers(
  n: DeepRNN, scope: Scope, xs, initial_carry=None, seq_lengths=None
):
  """xs [batch, time, inputs] -> all carries, ys [batch, time, features]."""
  carries, xs = [], n.begun(xs, seq_lengths)
  for i, run in enumerate(n.layers):
    carry = None if initial_carry is None else initial_carry[i]
    if n.learned_carry:
      learned = scope.child(partial(learned_carry, n), f'carry_{i}')
      begun = learned(n.first(i, xs), xs)
      carry = begun if carry is None else carry
    rnn = over_batch(CELLS[n.cell](run.of_cell), run)
    carry, ys = scope.child(rnn, f'layer_{i}')(xs, carry, seq_lengths)
    dropout = partial(dropout_layer, n.dropout(i))
    xs = scope.child(dropout, f'dropout_{i}')(n.handed_on(xs, ys))
    carries.append(carry)
  return tuple(carries), n.ended(xs, seq_lengths)


@as_scope(DeepRNN)
def deep_rnn(n: DeepRNN) -> Function:
  return partial(deep_layers, n)
