"""Recurrent layers in a row, with explicit parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.sequences.deep_rnn import DeepRNN
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.chance.dropout import dropout_apply
from core_rnn.pure.parts.learned_carry import carry_apply, carry_init
from core_rnn.pure.sequences.rnn import rnn_layer


def deep_init(n: DeepRNN, draw, xs):
  """Return the parameters of all layers."""
  params, inputs = {}, xs.shape[-1]
  for i, layer in enumerate(n.layers):
    if n.learned_carry:
      own = partial(draw, f'carry_{i}')
      params[f'carry_{i}'] = carry_init(own, n, layer, xs)
    init, _ = rnn_layer(layer)
    params[f'layer_{i}'] = init(partial(draw, f'layer_{i}'), inputs)
    inputs = layer.features
  return params


def deep_apply(n: DeepRNN, params, xs, draw, h_0s, seq_lengths):
  """Return the carries of all layers, and ys of the last one."""
  carries, xs = [], xs.astype(n.dtype or xs.dtype)
  _, xs = jax.vmap(mark_padding)(xs, seq_lengths)
  for i, layer in enumerate(n.layers):
    h_0 = None if h_0s is None else h_0s[i]
    if n.learned_carry and h_0 is None:
      h_0 = carry_apply(layer, params[f'carry_{i}'], xs)
    _, rnn = rnn_layer(layer)
    h, ys = rnn(params[f'layer_{i}'], xs, h_0, seq_lengths)
    xs = xs + ys if n.residual and xs.shape == ys.shape else ys
    last = i == len(n.features) - 1
    if not (n.deterministic or last):
      key = draw(f'dropout_{i}', 1)
      xs = dropout_apply(n.inner(Dropout), key, xs)
    carries.append(h)
  fill = partial(fill_padding, zero_padding=n.zero_padding)
  return tuple(carries), jax.vmap(fill)(xs, seq_lengths)


@as_pure(DeepRNN)
def deep_rnn(n: DeepRNN) -> Functions:
  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    return {'params': deep_init(n, partial(derive, rngs['params']), xs)}

  def apply(variables, xs, rngs, initial_carry=None, seq_lengths=None):
    draw = lambda *path: derive(rngs['dropout'], *path)
    given = draw, initial_carry, seq_lengths
    return deep_apply(n, variables['params'], xs, *given)

  return init, apply
