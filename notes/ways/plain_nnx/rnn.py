"""A runner: any cell over a batch of sequences, of their own lengths."""

from functools import partial

from core_rnn.equations.deferred_cells import rule
from core_rnn.networks.old.sequences import RNN

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
  own = rule(n.cell, n.reverse, n.unroll) if n.deferred else None
  return partial(Runner, n, own, made, n.dtype, n.reverse, n.unroll)
