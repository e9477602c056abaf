"""A Flax cell over a batch, with the padding of this project."""

import jax
from flax import linen as nn

from core_rnn.networks.sequences.rnn import RNN
from core_rnn.outputs import arrange_outputs
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.parts.custom_backward import batch_with_backward

from .carry import named


class Runner(nn.Module):
  """`nn.RNN` with padding, where the loop of Flax's own runs on."""

  cell: nn.RNNCellBase
  n: RNN

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return every y_t, or the last carry and every y_t."""
    n, batch = self.n, 1 if self.n.time_major else 0
    if initial_carry is None:
      key, shape = jax.random.key(0), (xs.shape[batch], xs.shape[-1])
      initial_carry = self.cell.initialize_carry(key, shape)
    h_0 = named(initial_carry)
    if n.deferred and not self.is_initializing():
      run = batch_with_backward(n, self.cell)
      h, ys = run(self.cell, xs, h_0, seq_lengths)
    else:
      h, ys = self.scanned(xs, h_0, seq_lengths)
    ys = arrange_outputs(n, xs, h_0, ys, seq_lengths)
    return (h, ys) if n.return_carry else ys

  def scanned(self, xs, h_0, seq_lengths):
    """Return the last carry, and every y_t with the axes of xs."""
    n = self.n
    batch, time = (1, 0) if n.time_major else (0, 1)
    mark = lambda xs, length: mark_padding(xs, length, n.reverse)
    valid_xs = jax.vmap(mark, (batch, 0), batch)(xs, seq_lengths)

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=time,
      out_axes=time,
      reverse=n.reverse,
      unroll=n.unroll,
    )
    h, ys = scan(self.cell, h_0, valid_xs)
    fill = lambda ys, length: fill_padding(ys, length, n.zero_padding)
    return h, jax.vmap(fill, (batch, 0), batch)(ys, seq_lengths)
