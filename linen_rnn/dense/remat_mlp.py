"""The multilayer perceptron, computed again by `nn.remat`."""

from flax import linen as nn

from core_rnn.networks.dense.mlp import MLP
from core_rnn.networks.dense.remat_mlp import RematMLP
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.mlp import Perceptron


@as_linen(RematMLP)
def remat_mlp(n: RematMLP) -> nn.Module:
  return nn.remat(Perceptron)(n.inner(MLP))
