"""A first carry that is learned: a parameter for each leaf, [features]."""

from flax import linen as nn

from core_rnn.networks.sequences import DeepRNN, of_batch


class LearnedCarry(nn.Module):
  """Parameters [features] in place of the leaves of a carry of 0."""

  n: DeepRNN

  @nn.compact
  def __call__(self, leaves, xs):
    """Leaves 0 [features] by name -> the carry, of a batch like xs."""
    init, dtype = self.n.carry_init, self.n.param_dtype
    learned = {
      name: self.param(name, init, leaf.shape, dtype).astype(leaf.dtype)
      for name, leaf in leaves.items()
    }
    return of_batch(learned, xs)
