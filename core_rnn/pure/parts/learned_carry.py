"""A first carry that is learned: a parameter for each leaf, [features]."""

from core_rnn.networks.sequences import DeepRNN, of_batch


def carry_init(n: DeepRNN, draw, leaves):
  """Leaves 0 [features] by name -> as many parameters, drawn in this order."""
  return {
    name: n.carry_init(draw(number), leaf.shape, n.param_dtype)
    for number, (name, leaf) in enumerate(leaves.items(), 1)
  }


def learned_carry(leaves, params, xs):
  """The parameters [features] in place of the leaves, of a batch like xs."""
  learned = {
    name: params[name].astype(leaf.dtype) for name, leaf in leaves.items()
  }
  return of_batch(learned, xs)
