"""A network of characters, with explicit parameters."""

from functools import partial

from jax import ShapeDtypeStruct, nn
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.language.char_rnn import CharRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.sequences.deep_rnn import deep_apply, deep_init


def head_init(n: CharRNN, draw):
  """Return W [features[-1], vocabulary], and b [vocabulary]."""
  shape = (n.features[-1], n.vocabulary)
  kernel = n.kernel_init(draw(1), shape, n.param_dtype)
  bias = n.bias_init(draw(2), shape[1:], n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def head_apply(params, hs):
  """Return h W + b for every h: [batch, time, vocabulary]."""
  kernel = params['kernel'].astype(hs.dtype)
  bias = params['bias'].astype(hs.dtype)
  logits = hs @ kernel
  return logits + jnp.broadcast_to(bias, logits.shape)


@as_pure(CharRNN)
def char_rnn(n: CharRNN) -> Functions:
  def init(rngs, tokens, initial_carry=None, seq_lengths=None):
    draw, params = partial(derive, rngs['params']), {}
    if n.embedding is not None:
      shape = (n.vocabulary, n.embedding)
      params['embedding'] = n.kernel_init(draw(1), shape, n.param_dtype)
    xs = ShapeDtypeStruct((n.embedding or n.vocabulary,), n.computed)
    params['layers'] = deep_init(n.layers, partial(draw, 'layers'), xs)
    params['head'] = head_init(n, partial(draw, 'head'))
    return {'params': params}

  def apply(
    variables, tokens, rngs, initial_carry=None, seq_lengths=None
  ):
    params = variables['params']
    if n.embedding is None:
      xs = nn.one_hot(tokens, n.vocabulary, dtype=n.computed)
    else:
      table = params['embedding'].astype(n.computed)
      xs = jnp.take(table, tokens, axis=0)
    draw = lambda *path: derive(rngs['dropout'], 'layers', *path)
    given = draw, initial_carry, seq_lengths
    carries, hs = deep_apply(n.layers, params['layers'], xs, *given)
    return carries, head_apply(params['head'], hs)

  return init, apply
