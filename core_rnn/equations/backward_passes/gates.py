"""The weights of a cell whose gates have dense layers of x and of h."""

from typing import Any

from core_rnn.equations.backward_passes.loop import Weights


def gate_weights(params: Any, gates: str, with_bias: str) -> Weights:
  """Return the weights of the layers `i<gate>` of x and `h<gate>` of h.

  Args:
    params: the parameters of the cell, by the names of the layers.
    gates: a letter for each gate.
    with_bias: 'i' or 'h', the layers that have the biases.
  """
  of_x, of_h = ([params[i + gate] for gate in gates] for i in 'ih')
  biases = tuple(params[with_bias + gate]['bias'] for gate in gates)
  kernels, recurrent = (tuple(p['kernel'] for p in of) for of in (of_x, of_h))
  return Weights(kernels, biases, recurrent)
