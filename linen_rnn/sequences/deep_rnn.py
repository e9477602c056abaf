"""Runners in a row, each of a size of its own, as a module."""

from flax import linen as nn

from core_rnn.networks.sequences import DeepRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.learned_carry import LearnedCarry
from linen_rnn.parts.over_batch import OverBatch


class Deep(nn.Module):
  """xs [batch, time, inputs] -> all carries, ys [batch, time, features]."""

  n: DeepRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs] -> all carries, ys [batch, time, features]."""
    n, carries, xs = self.n, [], self.n.begun(xs, seq_lengths)
    for i, run in enumerate(n.layers):
      carry = None if initial_carry is None else initial_carry[i]
      if n.learned_carry:
        begun = LearnedCarry(n, name=f'carry_{i}')(n.first(i, xs), xs)
        carry = begun if carry is None else carry
      cell = CELLS[n.cell](run.of_cell, parent=None)
      rnn = OverBatch(cell, run.of_cell.first, run, name=f'layer_{i}')
      carry, ys = rnn(xs, carry, seq_lengths)
      dropout = DropoutLayer(n.dropout(i), name=f'dropout_{i}')
      xs = dropout(n.handed_on(xs, ys))
      carries.append(carry)
    return tuple(carries), n.ended(xs, seq_lengths)


@as_linen(DeepRNN)
def deep_rnn(n: DeepRNN) -> nn.Module:
  return Deep(n)
