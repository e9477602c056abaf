"""A first carry that is learned: a parameter for each leaf, [features]."""

from flax.core import Scope

from core_rnn.networks.sequences import DeepRNN, of_batch


def learned_carry(n: DeepRNN, scope: Scope, leaves, xs):
  """Parameters [features] in place of the leaves, of a batch like xs."""
  init, dtype = n.carry_init, n.param_dtype
  learned = {
    name: scope.param(name, init, leaf.shape, dtype).astype(leaf.dtype)
    for name, leaf in leaves.items()
  }
  return of_batch(learned, xs)
