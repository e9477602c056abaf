"""A causal recurrent kernel, with `nn.map_variables`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.causal_rnn import CausalRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class CausalCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: CausalRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""

    def mask(collections):
      params = collections['params']
      recurrent = jnp.triu(params['recurrent'])
      return {'params': {**params, 'recurrent': recurrent}}

    begins = self.is_initializing()
    causal = nn.map_variables(ElmanCell, 'params', mask, init=begins)
    return causal(self.n.inner(Elman), name='elman')(h, x)


@as_linen(CausalRNN)
def causal_rnn(n: CausalRNN) -> nn.Module:
  elman = n.inner(Elman)
  return OverTime(CausalCell(n), elman.zero_carry, n.zero_padding)
