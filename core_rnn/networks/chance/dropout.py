"""Dropout: hyperparameters and arguments."""

from dataclasses import dataclass

from core_rnn.kinds import Rate
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Dropout(Network):
  """Dropout, which replaces random entries of x by 0.

  y_i = m_i x_i / (1 - rate)

  where m_i is 1 with probability 1 - rate, and 0 otherwise. The masks m
  are drawn from the stream `dropout`.

  Args: x [features].
  Returns: y [features]; y = x if deterministic is set.
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Srivastava et al. (2014), Dropout, in the form of Flax's
  `nn.Dropout`.
  """

  arguments = {'x': 'features'}
  streams = ('dropout',)

  rate: Rate = 0.5  # probability of m_i = 0
  deterministic: bool = False  # draw nothing, and return x
