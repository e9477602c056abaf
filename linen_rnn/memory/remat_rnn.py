"""Rematerialization of the steps, with `nn.checkpoint`."""

import jax
from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.memory.remat_rnn import RematRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime

POLICIES = {
  'states': jax.checkpoint_policies.nothing_saveable,
  'products': jax.checkpoint_policies.dots_saveable,
  'everything': jax.checkpoint_policies.everything_saveable,
}


class RematCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: RematRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    elman, policy = n.inner(Elman), POLICIES[n.saved]
    # the backward pass is a second loop, so XLA cannot merge the two
    remat = nn.checkpoint(ElmanCell, prevent_cse=False, policy=policy)
    return remat(elman, name='elman')(h, x)


@as_linen(RematRNN)
def remat_rnn(n: RematRNN) -> nn.Module:
  elman = n.inner(Elman)
  return OverTime(RematCell(n), elman.zero_carry, n.zero_padding)
