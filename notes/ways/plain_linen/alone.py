"""A cell of Flax's over one sequence, and padding as the project has it."""

import jax
from flax import linen as nn

from core_rnn.equations.padding import held, known, repeated, valid_steps

from .carry import named


class Alone(nn.RNN):
  """`nn.RNN`, from a carry in any container, and but for padding."""

  zero_padding: bool = False

  def __call__(self, xs, *, initial_carry=None, seq_length=None):
    """xs [time, inputs] -> the last carry, every h_t [time, features]."""
    if initial_carry is None:
      key = jax.random.key(0)
      initial_carry = self.cell.initialize_carry(key, xs.shape[1:])
    carry = named(initial_carry)
    if seq_length is None:
      return super().__call__(xs, initial_carry=carry)
    scan = nn.scan(
      lambda cell, carry, scanned: held(cell, scanned[0], carry, scanned[1]),
      variable_broadcast='params',
      split_rngs={'params': False},
      reverse=self.reverse,
      unroll=self.unroll,
    )
    scanned = valid_steps(xs, seq_length), repeated(xs, seq_length)
    (_, carry), ys = scan(self.cell, (carry, carry), scanned)
    return carry, known(ys, seq_length) if self.zero_padding else ys
