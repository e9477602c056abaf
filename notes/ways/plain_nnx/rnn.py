"""A runner: any cell over a batch of sequences."""

from functools import partial

from core_rnn.networks.sequences.rnn import RNN

from .bridge import Make, as_nnx
from .elman import ElmanCell
from .gru import GRUCell
from .lstm import LSTMCell
from .runner import Runner

CELLS = {'elman': ElmanCell, 'lstm': LSTMCell, 'gru': GRUCell}


@as_nnx(RNN)
def rnn(n: RNN) -> Make:
  inits = (n.recurrent_init, n.kernel_init, n.bias_init)
  made = partial(CELLS[n.cell], n.features, inits, n.param_dtype)
  how = (n.dtype, n.reverse, n.unroll)
  return partial(Runner, n, made, *how, zeros=n.zero_padding)
