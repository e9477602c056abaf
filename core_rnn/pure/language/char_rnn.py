"""A network that writes text, as functions of parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.language import CharRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_init
from core_rnn.pure.sequences.deep_rnn import deep_functions


@as_pure(CharRNN)
def char_rnn(n: CharRNN) -> Functions:
  layers_init, layers_apply = deep_functions(n.layers)

  def init(rngs, tokens, initial_carry=None, seq_lengths=None):
    draw, params = partial(derive, rngs['params']), {}
    size = n.embedding or n.vocabulary
    if n.embedding is not None:
      shape = (n.vocabulary, size)
      params['embedding'] = n.kernel_init(draw(1), shape, n.param_dtype)
    xs = jax.ShapeDtypeStruct((*tokens.shape, size), n.computed)
    params['layers'] = layers_init(partial(draw, 'layers'), xs)
    head = partial(draw, 'head')
    params['head'] = dense_init(head, n.head, n.features[-1])
    return {'params': params}

  def apply(variables, tokens, rngs, initial_carry=None, seq_lengths=None):
    params = variables['params']
    if n.embedding is None:
      xs = n.one_hot(tokens)
    else:
      xs = n.picked(params['embedding'], tokens)
    draw = lambda *path: derive(rngs['dropout'], 'layers', *path)
    given = initial_carry, seq_lengths
    carry, ys = layers_apply(params['layers'], xs, draw, *given)
    return carry, n.logits(params['head'], ys)

  return init, apply
