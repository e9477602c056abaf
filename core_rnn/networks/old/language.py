"""What reads and writes text, one character after the other."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.networks.old.dense import Dense
from core_rnn.kinds import Initializer, Rate, Size, Sizes
from core_rnn.networks.old.names import LayerName
from core_rnn.networks.old.typed import Typed
from core_rnn.networks.old.sequences import DeepRNN


@dataclass(frozen=True)
class CharRNN(Typed):
  """logits_t = h_t W + b, h = deep_rnn(x), x_t one-hot, or embedded.

  tokens [batch, time], integers below vocabulary -> the carries of all layers,
  and logits [batch, time, vocabulary], of the character that comes next. x_t is
  one-hot [vocabulary], or, where embedding is a size, the row of a matrix that
  the character picks, [embedding]. All else is as in `deep_rnn`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Karpathy (2015), The Unreasonable Effectiveness of Recurrent Neural
  Networks; Language modeling with Jax and RNNs (2021), `ChaRNN`.
  """

  arguments = {'tokens': 'batch time'}
  integers = {'tokens': 'vocabulary'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  streams = ('dropout',)

  vocabulary: Size
  features: Sizes
  cell: LayerName = 'concatenated'
  _: KW_ONLY
  embedding: Size | None = None
  recurrent_init: Initializer = uniform()
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros
  rate: Rate = 0.0
  deterministic: bool = False
  residual: bool = False
  learned_carry: bool = False
  deferred: bool = False
  unroll: Size = 1

  @cached_property
  def computed(self) -> Any:
    """The dtype of all that is computed, [...]: tokens do not say it."""
    return self.dtype or self.param_dtype

  @cached_property
  def layers(self) -> DeepRNN:
    """The recurrent layers, [batch, time, inputs] to [..., features[-1]]."""
    shared = (
      *('recurrent_init', 'kernel_init', 'bias_init'),
      *(
        'rate',
        'deterministic',
        'residual',
        'learned_carry',
        'deferred',
      ),
      *('unroll', 'dtype', 'param_dtype'),
    )
    own = {name: getattr(self, name) for name in shared}
    return DeepRNN(self.features, self.cell, **own)

  @cached_property
  def head(self) -> Dense:
    """h [features[-1]] to logits [vocabulary]."""
    return Dense(
      self.vocabulary,
      kernel_init=self.kernel_init,
      bias_init=self.bias_init,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )

  def logits(self, params: Any, ys: Any) -> Any:
    """ys [batch, time, features] -> logits [batch, time, vocabulary]."""
    kernel, bias = (
      params[n].astype(ys.dtype) for n in ('kernel', 'bias')
    )
    logits = ys @ kernel
    return logits + jnp.broadcast_to(bias, logits.shape)

  def one_y(self) -> Any:
    """Some y [features[-1]], which says how many the head is given."""
    return jnp.zeros(self.features[-1], self.computed)

  def one_hot(self, tokens: Any) -> Any:
    """tokens [batch, time] -> x [batch, time, vocabulary]."""
    return nn.one_hot(tokens, self.vocabulary, dtype=self.computed)

  def picked(self, table: Any, tokens: Any) -> Any:
    """The rows of a table [vocabulary, embedding]: [batch, time, embedding]."""
    return jnp.take(table.astype(self.computed), tokens, axis=0)
