"""Attention without parameters: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from core_rnn.kinds import Rate
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class RawAttention(Network):
  """Dot-product attention without parameters, with dropout of weights.

  y_i = sum_j m_ij w_ij v_j / (1 - rate), w_ij = softmax_j(q_i . k_j)

  where the masks m_ij are 1 with probability 1 - rate, and 0 otherwise,
  drawn from the stream `dropout`. If scaled is set, q_i . k_j is
  divided by the square root of the number of features. If causal is
  set, w_ij is 0 for j > i. The products and the softmax are computed in
  at least 32 bits, since float16 overflows at 65504.

  Args: query q [queries, features]; key k and value v [keys, features];
  key_lengths [], after which key and value are padding: w_ij is 0
  there, and y is 0 if there is no key.
  Returns: y [queries, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `RawDotProductAttention`; Vaswani et
  al. (2017), Attention Is All You Need, equation 1.
  """

  arguments = {
    'query': 'queries features',
    'key': 'keys features',
    'value': 'keys features',
  }
  optional = {'key_lengths': ''}
  counts = {'key_lengths': 'keys'}
  streams = ('dropout',)

  rate: Rate = 0.1  # probability of m_ij = 0
  deterministic: bool = False  # drop nothing
  _: KW_ONLY
  scaled: bool = False  # divide q_i . k_j by features^(1/2)
  causal: bool = False  # query i sees the keys j <= i only
