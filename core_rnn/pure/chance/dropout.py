"""Dropout, as functions of parameters."""

from core_rnn.keys import derive
from core_rnn.networks.chance import Dropout
from core_rnn.pure.as_pure import Functions, as_pure


@as_pure(Dropout)
def dropout(n: Dropout) -> Functions:
  def init(rngs, x):
    del rngs, x  # it has no variables
    return {}

  def apply(variables, x, rngs):
    del variables
    if n.deterministic:
      return x
    return n.dropped(derive(rngs['dropout'], 1), x)

  return init, apply
