"""A Flax cell over one sequence, with the padding of this project."""

import jax
from flax import linen as nn

from core_rnn.padding import fill_padding, freeze_carry, mark_padding

from .carry import named


class Alone(nn.RNN):
  """`nn.RNN` that accepts a carry in any container, and padding."""

  zero_padding: bool = False

  def __call__(self, xs, *, initial_carry=None, seq_length=None):
    """Return the last carry, and every h_t [time, features]."""
    if initial_carry is None:
      key = jax.random.key(0)
      initial_carry = self.cell.initialize_carry(key, xs.shape[1:])
    h_0 = named(initial_carry)
    if seq_length is None:
      return super().__call__(xs, initial_carry=h_0)

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      reverse=self.reverse,
      unroll=self.unroll,
    )
    h, hs = scan(self.cell, h_0, mark_padding(xs, seq_length, self.reverse))
    return h, fill_padding(hs, seq_length, self.zero_padding)
